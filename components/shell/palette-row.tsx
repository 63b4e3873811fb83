import clsx from 'clsx';
import {
  ChartNoAxesGantt,
  CornerDownLeft,
  Layers,
  type LucideIcon,
  PanelTop,
  User,
  Zap,
} from 'lucide-react';
import { VisibleText } from '@/components/entry/visible-text';
import { Kbd } from '@/components/ui/kbd';
import type { PaletteItem } from '@/lib/model/palette';

const KINDS: Record<PaletteItem['kind'], { icon: LucideIcon; word: string }> = {
  page: { icon: PanelTop, word: 'page' },
  stream: { icon: ChartNoAxesGantt, word: 'stream' },
  group: { icon: Layers, word: 'group' },
  consumer: { icon: User, word: 'consumer' },
  action: { icon: Zap, word: 'do' },
};

interface Props {
  id: string;
  item: PaletteItem;
  isActive: boolean;
  /** Whether a key leads into a group. */
  canEnter: boolean;
  onPoint: () => void;
  onChoose: () => void;
}

/** One line of the palette: what kind of thing, its name, where it belongs, the keys for it. */
export function PaletteRow({ id, item, isActive, canEnter, onPoint, onChoose }: Props) {
  const { icon: Icon, word } = KINDS[item.kind];
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the input has the focus, and its Enter chooses
    <div
      id={id}
      role="option"
      aria-selected={isActive}
      tabIndex={-1}
      onPointerMove={onPoint}
      onClick={onChoose}
      className={clsx(
        'flex min-h-8 cursor-default items-center gap-2.5 rounded-md px-3 text-13 outline-none select-none',
        isActive && 'bg-accent-tint',
      )}
    >
      <Icon aria-hidden className="size-4 shrink-0 text-mark" />
      <span className={clsx('max-w-[70%] shrink-0 truncate', isActive && 'text-accent-ink')}>
        <VisibleText text={item.label} />
      </span>
      <span className="min-w-0 flex-1 truncate text-12 text-quiet">
        {item.within !== null && <VisibleText text={item.within} />}
      </span>
      {isActive && item.kind === 'group' && canEnter && (
        <span
          aria-hidden
          className="flex shrink-0 items-center gap-1 text-12 text-quiet max-sm:hidden"
        >
          <Kbd>Tab</Kbd> its consumers
        </span>
      )}
      <span className="shrink-0 text-12 text-quiet">{word}</span>
      <CornerDownLeft
        aria-hidden
        className={clsx('size-3.5 shrink-0 text-quiet', !isActive && 'invisible')}
      />
    </div>
  );
}
