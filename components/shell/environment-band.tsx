import clsx from 'clsx';
import { Box, ShieldAlert } from 'lucide-react';
import type { Environment, EnvironmentColour } from '@/lib/model/environment';

const SOLID: Record<EnvironmentColour, string> = {
  magenta: 'bg-environment-magenta border-environment-magenta',
  violet: 'bg-environment-violet border-environment-violet',
  blue: 'bg-environment-blue border-environment-blue',
  green: 'bg-environment-green border-environment-green',
  grey: 'bg-environment-grey border-environment-grey',
};
const MARKED: Record<EnvironmentColour, string> = {
  magenta: 'border-environment-magenta [&_svg]:text-environment-magenta',
  violet: 'border-environment-violet [&_svg]:text-environment-violet',
  blue: 'border-environment-blue [&_svg]:text-environment-blue',
  green: 'border-environment-green [&_svg]:text-environment-green',
  grey: 'border-environment-grey [&_svg]:text-environment-grey',
};

/** Over the top bar of every page: where one is. Solid in production. */
export function EnvironmentBand({ environment }: { environment: Environment }) {
  const { name, colour, isProduction } = environment;
  const Icon = isProduction ? ShieldAlert : Box;
  return (
    <p
      className={clsx(
        'flex h-(--band-height) items-center justify-center gap-1.5 border-b-2 px-3 text-12',
        isProduction ? `${SOLID[colour]} text-on-environment` : `${MARKED[colour]} bg-sunken`,
      )}
    >
      <Icon aria-hidden className="size-3.5 shrink-0" />
      <span className="sr-only">Environment: </span>
      <span className="truncate font-semibold">{name}</span>
    </p>
  );
}

/** Around everything in production, drawers and menus too. */
export function EnvironmentFrame({ environment }: { environment: Environment }) {
  return (
    environment.isProduction && (
      <div
        aria-hidden
        className={clsx(
          'pointer-events-none fixed inset-0 z-60 border-3 bg-transparent!',
          SOLID[environment.colour],
        )}
      />
    )
  );
}
