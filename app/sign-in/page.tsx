import type { Metadata } from 'next';
import { forbidden, notFound, redirect } from 'next/navigation';
import { isGuarded, readActor } from '@/app/enter-page';
import { SignInScreen } from '@/components/sign-in/sign-in-screen';
import type { SearchParams } from '@/lib/http/page-search';
import { getRuntime } from '@/lib/runtime';
import { parseSignInSearch } from './search-params';

export const dynamic = 'force-dynamic';
export const metadata: Metadata = { title: 'Sign in' };

export default async function SignInPage({ searchParams }: { searchParams: SearchParams }) {
  if (!isGuarded()) forbidden();
  const { access, config } = getRuntime();
  if (!access.signsIn) notFound();
  const search = await parseSignInSearch(searchParams);
  if (await readActor()) redirect(search.next);
  return <SignInScreen {...search} ways={access.waysIn} environment={config.environment} />;
}
