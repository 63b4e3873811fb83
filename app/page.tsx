import type { Metadata } from 'next';
import { enterPage } from '@/app/enter-page';
import { Overview } from '@/components/overview/overview';
import { pageTitle } from '@/lib/model/environment';
import { getRuntime } from '@/lib/runtime';

/** The layout's template is for the pages below it: this one stands beside it. */
export function generateMetadata(): Metadata {
  return { title: { absolute: pageTitle(getRuntime().config.environment, 'Overview') } };
}

export default async function OverviewPage() {
  await enterPage('/');
  return <Overview />;
}
