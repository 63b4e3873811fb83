'use client';

import { LogIn } from 'lucide-react';
import { EnvironmentBand, EnvironmentFrame } from '@/components/shell/environment-band';
import { ProductMark } from '@/components/shell/product-mark';
import { Button } from '@/components/ui/button';
import { Field, Input } from '@/components/ui/field';
import { Notice } from '@/components/ui/notice';
import { underBasePath } from '@/lib/model/base-path';
import { formatDuration } from '@/lib/model/duration';
import type { Environment } from '@/lib/model/environment';
import type { SignInProblem } from '@/lib/model/sign-in-href';

interface Props {
  /** Where to go on, a path within this site. */
  next: string;
  problem: SignInProblem | null;
  /** Seconds until another try is worth it, where that is known. */
  waitS: number | null;
  environment: Environment | null;
}

/** Name and password, in a plain form: it is sent before any script has come, or without. */
export function SignInScreen({ next, problem, waitS, environment }: Props) {
  return (
    <>
      {environment && (
        <div className="fixed inset-x-0 top-0">
          <EnvironmentBand environment={environment} />
          <EnvironmentFrame environment={environment} />
        </div>
      )}
      <main className="mx-auto flex min-h-dvh w-full max-w-88 flex-col justify-center px-4 pt-12 pb-24">
        <ProductMark className="size-8" />
        <h1 className="mt-4 text-20 font-semibold">Sign in</h1>
        <p className="mt-1 text-13 text-quiet">Shield Dashboard, for Redis Streams.</p>
        {problem && <Trouble problem={problem} waitS={waitS} />}
        <form
          method="post"
          action={underBasePath('/api/session')}
          className="mt-6 flex flex-col gap-4"
        >
          {next !== '/' && <input type="hidden" name="next" value={next} />}
          <Field label="Name">
            <Input
              name="name"
              required
              autoFocus
              maxLength={64}
              autoComplete="username"
              autoCapitalize="none"
              spellCheck={false}
            />
          </Field>
          <Field label="Password">
            <Input
              name="password"
              type="password"
              required
              maxLength={1024}
              autoComplete="current-password"
            />
          </Field>
          <Button
            type="submit"
            variant="primary"
            className="mt-1 w-full"
            icon={<LogIn aria-hidden />}
          >
            Sign in
          </Button>
        </form>
        <p className="mt-6 text-12 text-faint">
          No account, or a password forgotten? Whoever runs this dashboard can help.
        </p>
      </main>
    </>
  );
}

function Trouble({ problem, waitS }: Pick<Props, 'waitS'> & { problem: SignInProblem }) {
  if (problem === 'wrong_credentials') {
    return (
      <Notice tone="bad" role="alert" className="mt-4" title="The name or the password is wrong.">
        Large and small letters count in both.
      </Notice>
    );
  }
  const wait = waitS === null ? 'a few minutes' : formatDuration(waitS * 1000 + 59_999);
  return (
    <Notice tone="warn" role="alert" className="mt-4" title="Too many sign-ins failed.">
      Try again in {wait}.
    </Notice>
  );
}
