import { Notice } from '@/components/ui/notice';
import { formatDuration } from '@/lib/model/duration';
import type { SignInProblem } from '@/lib/model/sign-in-href';

interface Props {
  problem: SignInProblem;
  /** Seconds until another try is worth it, where that is known. */
  waitS: number | null;
  /** What people call the identity provider. */
  provider: string | undefined;
}

interface Words {
  tone: 'bad' | 'warn';
  title: string;
  text: string;
}

/** Why one is not signed in, what that means, and the code by which whoever runs this finds it. */
export function SignInTrouble({ problem, waitS, provider = 'the identity provider' }: Props) {
  const { tone, title, text } = wordsOf(problem, waitS, provider);
  return (
    <Notice tone={tone} role="alert" className="mt-4" title={title}>
      {text}
      {problem.startsWith('oidc_') && (
        <span className="mt-1 block font-mono text-12 text-faint">{problem}</span>
      )}
    </Notice>
  );
}

function wordsOf(problem: SignInProblem, waitS: number | null, provider: string): Words {
  const wait = waitS === null ? 'a few minutes' : formatDuration(waitS * 1000 + 59_999);
  const words: Record<SignInProblem, Words> = {
    wrong_credentials: {
      tone: 'bad',
      title: 'The name or the password is wrong.',
      text: 'Large and small letters count in both.',
    },
    sign_in_limit: {
      tone: 'warn',
      title: 'Too many sign-ins.',
      text: `Try again in ${wait}.`,
    },
    oidc_denied: {
      tone: 'bad',
      title: `${provider} did not let you in.`,
      text: 'The sign-in was cancelled there, or your account may not use this dashboard.',
    },
    oidc_no_role: {
      tone: 'bad',
      title: 'Your account has no role here.',
      text: `${provider} knows you, but none of your groups may look at this dashboard. Whoever runs it can change that.`,
    },
    oidc_no_streams: {
      tone: 'bad',
      title: 'Your account names no streams.',
      text: `${provider} knows you, but does not say in a way understood here which streams there are for you. Whoever runs it can change that.`,
    },
    oidc_state: {
      tone: 'warn',
      title: 'This sign-in was not begun here.',
      text: 'It was begun in another browser, in another tab, or at another address of this dashboard. Begin it again.',
    },
    oidc_expired: {
      tone: 'warn',
      title: 'The sign-in took too long.',
      text: 'It has to end within ten minutes. Begin it again.',
    },
    oidc_replayed: {
      tone: 'warn',
      title: 'This sign-in is over already.',
      text: 'Each can be used once, and this one was. Begin it again.',
    },
    oidc_clock: {
      tone: 'bad',
      title: 'Two clocks disagree.',
      text: `What ${provider} sent was not valid at this server’s time. Whoever runs it has to set the clocks right.`,
    },
    oidc_invalid: {
      tone: 'bad',
      title: `The answer of ${provider} could not be trusted.`,
      text: 'It did not hold up when it was checked, so nobody was signed in. Begin again; if it stays, tell whoever runs this dashboard.',
    },
    oidc_rejected: {
      tone: 'bad',
      title: `${provider} refuses this dashboard.`,
      text: 'Its registration there does not fit. Whoever runs this dashboard finds the reason in its log.',
    },
    oidc_unreachable: {
      tone: 'warn',
      title: `${provider} does not answer.`,
      text: 'Nobody can sign in there until it does; who is signed in stays so for a while. It is asked again every few seconds.',
    },
  };
  return words[problem];
}
