'use client';

import { CircleUserRound } from 'lucide-react';
import { Menu, MenuAction, MenuText } from '@/components/ui/menu';
import { endSession } from '@/lib/browser/end-session';
import { useVisitor } from '@/lib/browser/visitor';

/** Who one is, what one may, and the way out. Nothing where nobody is asked. */
export function AccountMenu() {
  const { name, role, signsOut } = useVisitor();
  if (name === null) return null;
  return (
    <Menu
      trigger={
        <button
          type="button"
          aria-label={`Account: ${name}, ${role}`}
          className="inline-flex h-8 min-w-8 items-center justify-center gap-1.5 rounded-md px-1.5 text-quiet hover:bg-hover hover:text-ink [&_svg]:size-4"
        >
          <CircleUserRound aria-hidden />
          <span className="max-w-32 truncate max-md:hidden">{name}</span>
        </button>
      }
    >
      <MenuText>
        <span className="block max-w-56 truncate font-medium text-ink">{name}</span>
        {role}
      </MenuText>
      {signsOut && (
        <>
          <MenuAction onClick={() => void endSession({ everywhere: false })}>Sign out</MenuAction>
          <MenuAction onClick={() => void endSession({ everywhere: true })}>
            Sign out everywhere
          </MenuAction>
        </>
      )}
    </Menu>
  );
}
