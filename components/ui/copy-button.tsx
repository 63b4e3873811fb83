'use client';

import { Check, Copy } from 'lucide-react';
import { useEffect, useState } from 'react';
import { IconButton } from './icon-button';

/** Copies a text and says so. Falls back to a selection where the clipboard API is refused. */
export function CopyButton({
  text,
  label = 'Copy',
  className,
}: {
  text: string | (() => string);
  label?: string;
  className?: string;
}) {
  const [answer, setAnswer] = useState<'Copied' | 'Could not copy' | null>(null);
  useEffect(() => {
    if (answer === null) return;
    const timer = setTimeout(() => setAnswer(null), 1500);
    return () => clearTimeout(timer);
  }, [answer]);

  const copy = async () => {
    const copied = await copyText(typeof text === 'string' ? text : text());
    setAnswer(copied ? 'Copied' : 'Could not copy');
  };
  return (
    <>
      <IconButton
        size="sm"
        label={answer ?? label}
        icon={answer === 'Copied' ? <Check aria-hidden /> : <Copy aria-hidden />}
        onClick={copy}
        className={className}
      />
      <span role="status" className="sr-only">
        {answer}
      </span>
    </>
  );
}

/** The clipboard API is absent on plain http away from localhost: an old command remains. */
export async function copyText(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    const area = document.createElement('textarea');
    area.value = text;
    area.style.position = 'fixed';
    area.style.opacity = '0';
    document.body.append(area);
    area.select();
    const copied = document.execCommand('copy');
    area.remove();
    return copied;
  }
}
