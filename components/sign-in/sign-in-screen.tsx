'use client';

import { LogIn } from 'lucide-react';
import { EnvironmentBand, EnvironmentFrame } from '@/components/shell/environment-band';
import { ProductMark } from '@/components/shell/product-mark';
import { Button, ButtonAnchor } from '@/components/ui/button';
import { Field, Input } from '@/components/ui/field';
import { underBasePath } from '@/lib/model/base-path';
import type { Environment } from '@/lib/model/environment';
import { providerHref, type SignInProblem, type WaysIn } from '@/lib/model/sign-in-href';
import { SignInTrouble } from './sign-in-trouble';

interface Props {
  /** Where to go on, a path within this site. */
  next: string;
  problem: SignInProblem | null;
  /** Seconds until another try is worth it, where that is known. */
  waitS: number | null;
  ways: WaysIn;
  environment: Environment | null;
}

/** By the identity provider, by name and password, or by either; none of it needs a script. */
export function SignInScreen({ next, problem, waitS, ways, environment }: Props) {
  const { provider, passwords } = ways;
  const trouble = problem ?? provider?.trouble ?? null;
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
        {trouble && <SignInTrouble problem={trouble} waitS={waitS} provider={provider?.label} />}
        {provider && (
          <ButtonAnchor
            href={underBasePath(providerHref(next, problem))}
            variant="primary"
            className="mt-6 w-full"
            icon={<LogIn aria-hidden />}
          >
            <span className="min-w-0 truncate">
              {problem?.startsWith('oidc_') ? 'Try again with' : 'Sign in with'} {provider.label}
            </span>
          </ButtonAnchor>
        )}
        {provider && passwords && (
          <p className="mt-6 flex items-center gap-3 text-12 text-quiet before:h-px before:flex-1 before:bg-line after:h-px after:flex-1 after:bg-line">
            or with a local account
          </p>
        )}
        {passwords && <PasswordForm next={next} isFirst={provider === null} />}
        <p className="mt-6 text-12 text-faint">
          {provider
            ? 'No access? Whoever runs this dashboard can help.'
            : 'No account, or a password forgotten? Whoever runs this dashboard can help.'}
        </p>
      </main>
    </>
  );
}

/** A plain form: it is sent before any script has come, or without. */
function PasswordForm({ next, isFirst }: { next: string; isFirst: boolean }) {
  return (
    <form
      method="post"
      action={underBasePath('/api/session')}
      className={`${isFirst ? 'mt-6' : 'mt-4'} flex flex-col gap-4`}
    >
      {next !== '/' && <input type="hidden" name="next" value={next} />}
      <Field label="Name">
        <Input
          name="name"
          required
          autoFocus={isFirst}
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
        variant={isFirst ? 'primary' : 'secondary'}
        className="mt-1 w-full"
        icon={<LogIn aria-hidden />}
      >
        Sign in
      </Button>
    </form>
  );
}
