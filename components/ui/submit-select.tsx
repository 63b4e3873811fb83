'use client';

import type { ComponentProps } from 'react';
import { Select } from './field';

interface Props extends Omit<ComponentProps<'select'>, 'aria-label' | 'children' | 'onChange'> {
  label: string;
  options: readonly (readonly [value: string, words: string])[];
}

/** A choice that sends its form as soon as it is made. */
export function SubmitSelect({ label, options, ...rest }: Props) {
  return (
    <Select
      {...rest}
      aria-label={label}
      onChange={(event) => event.currentTarget.form?.requestSubmit()}
    >
      {options.map(([value, words]) => (
        <option key={value} value={value}>
          {words}
        </option>
      ))}
    </Select>
  );
}
