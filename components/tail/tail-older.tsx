import { CornerLeftUp, LoaderCircle } from 'lucide-react';
import { createContext, type ReactNode, use, useLayoutEffect, useRef } from 'react';
import { Button } from '@/components/ui/button';
import { TextLink } from '@/components/ui/text-link';
import { Timestamp } from '@/components/ui/timestamp';
import { ToneIcon } from '@/components/ui/tone';
import type { LookBackProgress } from '@/lib/browser/live-look-back';
import type { TailOlder } from '@/lib/browser/live-tail-store';
import { countOf, formatCount } from '@/lib/model/count';
import { StreamTag } from './stream-tag';

interface Props {
  older: TailOlder;
  isFiltered: boolean;
  /** Where older entries stand as well, for whoever has no script; null where there is one. */
  plainHref: string | null;
  onLookBack: () => void;
  onStop: () => void;
}

/** Told when a button of the line goes that has the focus. */
export const OlderFocusLost = createContext<() => void>(() => {});

/** Above the first row, always, so that the rows do not move: what lies before it. */
export function TailOlderLine(props: Props) {
  return (
    <div className="flex h-full items-center gap-2 border-b border-line bg-sunken px-3 text-13 whitespace-nowrap text-quiet">
      <Words {...props} />
      {props.older.leftOut.map(({ stream, problem }) => (
        <span key={stream} className="flex min-w-0 items-center gap-1.5 text-bad-ink">
          <ToneIcon tone="bad" />
          <span className="truncate">
            without <StreamTag stream={stream} className="align-bottom" />: {problem}
          </span>
        </span>
      ))}
    </div>
  );
}

function Words({ older, isFiltered, plainHref, onLookBack, onStop }: Props) {
  const letGo = older.letGo > 0 ? countOf(older.letGo, 'older row') : null;
  switch (older.status) {
    case 'more':
      return (
        <Line
          icon={<CornerLeftUp aria-hidden className="size-3.5 shrink-0 text-mark" />}
          text={
            letGo !== null
              ? `${letGo} let go.`
              : isFiltered
                ? 'Older entries were not looked through yet.'
                : 'Older entries are in Redis.'
          }
          action={
            plainHref === null ? (
              <Ask onClick={onLookBack}>
                {letGo !== null ? 'Open again from Redis' : isFiltered ? 'Look back' : 'Load older'}
              </Ask>
            ) : (
              <TextLink href={plainHref}>Older entries</TextLink>
            )
          }
        />
      );
    case 'reading':
      return (
        <Line
          icon={
            <LoaderCircle
              aria-hidden
              className="size-3.5 shrink-0 animate-spin text-mark motion-reduce:animate-none"
            />
          }
          text={
            <span role="status">
              {isFiltered ? <Progress progress={older.progress} /> : 'Reading older entries …'}
              {letGo !== null && ` · ${letGo} let go`}
            </span>
          }
          action={<Ask onClick={onStop}>Stop</Ask>}
        />
      );
    case 'stopped':
      return (
        <Line
          icon={<ToneIcon tone="off" />}
          text={<>Stopped. {older.progress !== null && <Progress progress={older.progress} />}</>}
          action={<Ask onClick={onLookBack}>Go on</Ask>}
        />
      );
    case 'failed':
      return (
        <Line
          icon={<ToneIcon tone="bad" />}
          text={
            <span role="alert" className="text-bad-ink">
              Older entries could not be read. {older.problem}
            </span>
          }
          action={<Ask onClick={onLookBack}>Try again</Ask>}
        />
      );
    case 'first':
      return (
        <Line
          icon={<ToneIcon tone="off" />}
          text={
            <>
              {isFiltered
                ? 'No older entry matches: this is as far back as Redis goes.'
                : 'This is the first entry that Redis holds.'}
              {letGo !== null && ` ${letGo} let go here ${older.letGo === 1 ? 'is' : 'are'} gone.`}
            </>
          }
        />
      );
    case 'gone':
      return (
        <Line
          icon={<ToneIcon tone="off" />}
          text={`The stream of these rows is gone from Redis.${letGo === null ? '' : ` ${letGo} let go with it.`}`}
        />
      );
  }
}

function Line({ icon, text, action }: { icon: ReactNode; text: ReactNode; action?: ReactNode }) {
  return (
    <>
      {icon}
      <span className="min-w-0 truncate tabular-nums max-md:line-clamp-2 max-md:whitespace-normal">
        {text}
      </span>
      {action}
    </>
  );
}

function Ask({ onClick, children }: { onClick: () => void; children: ReactNode }) {
  const button = useRef<HTMLButtonElement>(null);
  const onFocusLost = use(OlderFocusLost);
  useLayoutEffect(() => {
    const own = button.current;
    return () => {
      if (own && own === document.activeElement) onFocusLost();
    };
  }, [onFocusLost]);
  return (
    <Button
      ref={button}
      size="sm"
      variant="quiet"
      className="h-6! text-accent-ink!"
      onClick={onClick}
    >
      {children}
    </Button>
  );
}

function Progress({ progress }: { progress: LookBackProgress | null }) {
  if (progress === null) return <>Looking back …</>;
  return (
    <>
      Looked through {formatCount(progress.scanned)}
      {progress.time !== null && (
        <>
          , back to <Timestamp at={progress.time} />
        </>
      )}
    </>
  );
}
