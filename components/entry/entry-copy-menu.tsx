'use client';

import { Check, ChevronDown, Copy } from 'lucide-react';
import { useEffect, useState } from 'react';
import { Button } from '@/components/ui/button';
import { copyText } from '@/components/ui/copy-button';
import { Menu, MenuAction } from '@/components/ui/menu';
import { fetchJson } from '@/lib/browser/fetcher';
import { underBasePath } from '@/lib/model/base-path';
import type { WireEntry } from '@/lib/model/entry';
import { COPY_FORMS, type CopyForm, copyEntry, isEnqueuedAgain } from '@/lib/model/entry-copy';
import { entryApiHref, streamPageHref } from '@/lib/model/stream-href';
import { useTaskStream } from './task-stream';

const TICKED_FOR_MS = 2_000;

const FORM_WORDS: Record<CopyForm, string> = {
  json: 'JSON',
  'redis-cli': 'redis-cli',
  curl: 'curl',
  typescript: 'TypeScript',
  python: 'Python',
};

interface Props {
  stream: string;
  entry: WireEntry;
}

/** The entry as text to paste elsewhere, and each time what running it would do. */
export function EntryCopyMenu({ stream, entry }: Props) {
  const taskStream = useTaskStream();
  const [answer, setAnswer] = useState<string | null>(null);
  const [isTicked, setIsTicked] = useState(false);
  useEffect(() => {
    if (!isTicked) return;
    const timer = setTimeout(() => setIsTicked(false), TICKED_FOR_MS);
    return () => clearTimeout(timer);
  }, [isTicked]);

  const added = entry.masked ? 'adds it, with its masks' : 'adds it again';
  const hints: Record<CopyForm, string> = {
    json: entry.masked ? 'the entry, masked' : 'the entry, decoded',
    'redis-cli': added,
    curl: isEnqueuedAgain({ stream, entry, taskStream }) ? 'enqueues it again' : 'reads it',
    typescript: added,
    python: added,
  };
  const say = (what: string, copied: boolean) => {
    setAnswer(copied ? `Copied ${what}` : 'Could not copy');
    setIsTicked(copied);
  };
  const copy = async (form: CopyForm) => {
    setAnswer(null);
    const whole = await wholeEntry(stream, entry).catch(() => null);
    if (whole === null) return setAnswer('Could not load all of it');
    const { origin } = window.location;
    const text = copyEntry(form, { stream, entry: whole, origin, taskStream });
    say(`as ${FORM_WORDS[form]}`, await copyText(text));
  };
  const copyId = async () => say('the id', await copyText(entry.id));
  const copyLink = async () => {
    const href = streamPageHref(stream, {}, entry.id);
    say('the link', await copyText(new URL(underBasePath(href), window.location.href).href));
  };
  return (
    <>
      <Menu
        trigger={
          <Button
            size="sm"
            variant="quiet"
            className="h-8"
            icon={isTicked ? <Check aria-hidden /> : <Copy aria-hidden />}
          >
            Copy
            <ChevronDown aria-hidden />
          </Button>
        }
      >
        <MenuAction hint="alone" onClick={() => void copyId()}>
          Id
        </MenuAction>
        {COPY_FORMS.map((form) => (
          <MenuAction key={form} hint={hints[form]} onClick={() => void copy(form)}>
            {FORM_WORDS[form]}
          </MenuAction>
        ))}
        <MenuAction hint="opens it here" onClick={() => void copyLink()}>
          Link
        </MenuAction>
      </Menu>
      <span role="status" className="sr-only">
        {answer}
      </span>
    </>
  );
}

/** What is copied is never cut: long values are loaded first. */
async function wholeEntry(stream: string, entry: WireEntry): Promise<WireEntry> {
  const isCut = entry.fields
    .flat()
    .some((value) => typeof value !== 'string' && 'truncated' in value);
  return isCut ? await fetchJson<WireEntry>(entryApiHref(stream, entry.id, true)) : entry;
}
