import type { Metadata } from 'next';
import { notFound } from 'next/navigation';
import { DesignScreen } from '@/components/design/design-screen';
import { getRuntime } from '@/lib/runtime';

export const metadata: Metadata = { title: 'Design' };

/** In development, or where DESIGN_PAGE asks for it. */
export default function DesignPage() {
  if (!getRuntime().config.showsDesign) notFound();
  return <DesignScreen />;
}
