import type { Metadata } from 'next';
import { notFound } from 'next/navigation';
import { enterPage } from '@/app/enter-page';
import { DesignScreen } from '@/components/design/design-screen';
import { getRuntime } from '@/lib/runtime';

export const metadata: Metadata = { title: 'Design' };

/** In development, or where DESIGN_PAGE asks for it. */
export default async function DesignPage() {
  await enterPage('/design');
  if (!getRuntime().config.showsDesign) notFound();
  return <DesignScreen />;
}
