import {
  Activity,
  LayoutDashboard,
  ListChecks,
  type LucideIcon,
  ScrollText,
  SquarePlus,
} from 'lucide-react';
import { useMemo } from 'react';
import { useVisitor } from '@/lib/browser/visitor';
import type { Permission } from '@/lib/model/permissions';

interface Place {
  label: string;
  href: string;
  icon: LucideIcon;
  /** What looking at it needs, where that is more than looking. */
  needs?: Permission;
}

const PLACES: readonly Place[] = [
  { label: 'Overview', href: '/', icon: LayoutDashboard },
  { label: 'Live', href: '/events', icon: Activity },
  { label: 'Enqueue', href: '/tasks', icon: SquarePlus },
  { label: 'Jobs', href: '/jobs', icon: ListChecks, needs: 'look_at_jobs' },
  { label: 'Audit', href: '/audit', icon: ScrollText, needs: 'read_audit' },
];

/** Where one can go from everywhere; the streams follow in the side bar. */
export function usePlaces(): readonly Place[] {
  const { refusals } = useVisitor();
  return useMemo(
    () => PLACES.filter(({ needs }) => needs === undefined || refusals[needs] === undefined),
    [refusals],
  );
}
