import { Activity, LayoutDashboard, type LucideIcon, SquarePlus } from 'lucide-react';
import { streamPageHref } from '@/lib/model/stream-href';

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
];

/** The place of a group on its stream's page. */
export function groupHref(stream: string, group: string): string {
  return `${streamPageHref(stream)}#group-${encodeURIComponent(group)}`;
}
