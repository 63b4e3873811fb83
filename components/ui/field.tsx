import clsx from 'clsx';
import { CircleAlert } from 'lucide-react';
import { type ComponentProps, createContext, type ReactNode, use, useId } from 'react';

interface FieldWiring {
  id: string;
  describedBy: string | undefined;
  invalid: boolean;
}

const FieldContext = createContext<FieldWiring | null>(null);

/** What a control inside a `Field` needs to be labelled and described. */
export function useField(): Partial<FieldWiring> {
  return use(FieldContext) ?? {};
}

interface FieldProps {
  label: string;
  hint?: ReactNode;
  /** What is wrong, in words; shown beside the control and read out with it. */
  errors?: readonly string[];
  optional?: boolean;
  /** Beside the label, at the right. */
  action?: ReactNode;
  className?: string;
  /** One control: Input, Textarea, Select, or one that calls `useField`. */
  children: ReactNode;
}

/** A label, one control, its hint and its errors. */
export function Field({
  label,
  hint,
  errors = [],
  optional,
  action,
  className,
  children,
}: FieldProps) {
  const id = useId();
  const invalid = errors.length > 0;
  const describedBy = [hint ? `${id}-hint` : '', invalid ? `${id}-errors` : '']
    .filter(Boolean)
    .join(' ');
  return (
    <div className={clsx('flex min-w-0 flex-col gap-1', className)}>
      <div className="flex min-h-6 items-center justify-between gap-2">
        <label id={`${id}-label`} htmlFor={id} className="text-13 font-medium">
          {label}
          {optional && <span className="font-normal text-faint"> · optional</span>}
        </label>
        {action}
      </div>
      <FieldContext value={{ id, describedBy: describedBy || undefined, invalid }}>
        {children}
      </FieldContext>
      {invalid && (
        <ul id={`${id}-errors`} className="flex flex-col gap-1 text-12 text-bad-ink">
          {errors.map((error) => (
            <li key={error} className="flex gap-1.5">
              <CircleAlert aria-hidden className="mt-0.5 size-3 shrink-0" />
              {error}
            </li>
          ))}
        </ul>
      )}
      {hint && (
        <p id={`${id}-hint`} className="text-12 text-faint">
          {hint}
        </p>
      )}
    </div>
  );
}

const CONTROL =
  'w-full min-w-0 rounded-md border bg-raised text-13 text-ink transition-colors pointer-coarse:text-16 disabled:bg-sunken disabled:text-faint';

/** The look of a control's edge: shared with controls that are no native input. */
export function controlClass(invalid: boolean | undefined, className?: string) {
  return clsx(CONTROL, invalid ? 'border-bad' : 'border-control hover:border-quiet', className);
}

function useControlProps() {
  const { id, describedBy, invalid } = useField();
  return {
    invalid,
    props: { id, 'aria-describedby': describedBy, 'aria-invalid': invalid || undefined },
  };
}

export function Input({ className, ...rest }: ComponentProps<'input'>) {
  const { invalid, props } = useControlProps();
  return (
    <input {...props} {...rest} className={controlClass(invalid, clsx('h-8 px-2', className))} />
  );
}

/** Some text to look for, as it is typed: no word is completed or corrected. */
export function FilterInput({
  label,
  ...rest
}: Omit<ComponentProps<'input'>, 'aria-label' | 'autoComplete' | 'spellCheck'> & {
  label: string;
}) {
  return <Input {...rest} aria-label={label} autoComplete="off" spellCheck={false} />;
}

export function Textarea({ className, ...rest }: ComponentProps<'textarea'>) {
  const { invalid, props } = useControlProps();
  return (
    <textarea
      {...props}
      {...rest}
      className={controlClass(invalid, clsx('px-2 py-1.5 leading-5', className))}
    />
  );
}

/** A native select: it works before any script, and on every phone. */
export function Select({ className, ...rest }: ComponentProps<'select'>) {
  const { invalid, props } = useControlProps();
  return (
    <select {...props} {...rest} className={controlClass(invalid, clsx('h-8 px-2', className))} />
  );
}
