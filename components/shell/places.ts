import {
  Activity,
  LayoutDashboard,
  ListChecks,
  type LucideIcon,
  ScrollText,
  SquarePlus,
} from 'lucide-react';

interface Place {
  label: string;
  href: string;
  icon: LucideIcon;
}

/** Where one can go from everywhere; the streams follow in the side bar. */
export const PLACES: readonly Place[] = [
  { label: 'Overview', href: '/', icon: LayoutDashboard },
  { label: 'Live', href: '/events', icon: Activity },
  { label: 'Enqueue', href: '/tasks', icon: SquarePlus },
  { label: 'Jobs', href: '/jobs', icon: ListChecks },
  { label: 'Audit', href: '/audit', icon: ScrollText },
];
