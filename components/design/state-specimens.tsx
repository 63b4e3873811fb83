'use client';

import { Inbox } from 'lucide-react';
import { useState } from 'react';
import { Button } from '@/components/ui/button';
import { EmptyState } from '@/components/ui/empty-state';
import { Notice } from '@/components/ui/notice';
import { Room } from '@/components/ui/room';
import { Skeleton } from '@/components/ui/skeleton';
import { StateMark } from '@/components/ui/state-mark';
import { type Tone, ToneIcon } from '@/components/ui/tone';
import { WarmFigure } from '@/components/ui/warm-figure';
import { Specimen } from './specimen';

const TONES: readonly Tone[] = ['calm', 'off', 'unknown', 'info', 'warn', 'bad'];
const NOTICES = ['plain', 'info', 'warn', 'bad'] as const;

/** What says how something stands. */
export function StateSpecimens() {
  const [count, setCount] = useState(214);
  return (
    <>
      <Specimen name="StateMark, ToneIcon">
        {TONES.map((tone) => (
          <StateMark key={tone} tone={tone}>
            {tone}
          </StateMark>
        ))}
        {TONES.map((tone) => (
          <ToneIcon key={tone} tone={tone} />
        ))}
      </Specimen>
      <Specimen name="Notice">
        {NOTICES.map((tone) => (
          <Notice
            key={tone}
            tone={tone}
            title="What happened, in one sentence."
            className="w-full"
            actions={tone === 'bad' && <Button>Try again</Button>}
          >
            Since when, what it means, what to do.
          </Notice>
        ))}
      </Specimen>
      <Specimen name="EmptyState, CodeBlock">
        <div className="w-full">
          <EmptyState
            icon={<Inbox aria-hidden />}
            title="Nothing here yet"
            command="redis-cli XADD shield:events '*' type hello"
            action={<Button>Do it</Button>}
          >
            Why it is empty and what would fill it:
          </EmptyState>
        </div>
      </Specimen>
      <Specimen name="Room, of 25 % before a mark">
        <span className="flex h-3 w-40 rounded-md bg-sunken">
          <Room width="25%" />
          <span className="h-3 w-1 bg-mark" />
        </span>
      </Specimen>
      <Specimen name="Skeleton, WarmFigure">
        <Skeleton className="w-24" />
        <Skeleton className="h-8 w-40" />
        <span className="tabular-nums">
          <WarmFigure value={count}>{count}</WarmFigure>
        </span>
        <Button size="sm" onClick={() => setCount((before) => before + 1)}>
          change it
        </Button>
      </Specimen>
    </>
  );
}
