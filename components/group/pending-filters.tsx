import { Button, ButtonLink } from '@/components/ui/button';
import { FilterInput, Select } from '@/components/ui/field';
import { underBasePath } from '@/lib/model/base-path';
import { formatDuration } from '@/lib/model/duration';
import { groupPageHref } from '@/lib/model/group-href';
import { isPendingFiltered, type PendingQuery } from '@/lib/model/pending';

const IDLE_CHOICES_MS = [10_000, 60_000, 300_000, 3_600_000, 86_400_000];
const DELIVERY_CHOICES = [2, 3, 5, 10];

interface Props {
  stream: string;
  group: string;
  query: PendingQuery;
}

/** Which pending entries to show. A plain form whose answer is a URL. */
export function PendingFilters({ stream, group, query }: Props) {
  const { consumer, minIdleMs = 0, minDeliveries = 0 } = query;
  return (
    <form
      key={`${consumer} ${minIdleMs} ${minDeliveries}`}
      action={underBasePath(groupPageHref(stream, group))}
      aria-label="Which pending entries"
      className="mb-2 flex flex-wrap items-center gap-2 text-12 text-quiet"
    >
      <FilterInput
        name="consumer"
        label="Owner"
        placeholder="Owner, any"
        defaultValue={consumer ?? ''}
        className="w-52! text-12! max-sm:w-full!"
      />
      <Choice
        name="min_idle_ms"
        label="Left alone for at least"
        any="Any age"
        value={minIdleMs}
        choices={IDLE_CHOICES_MS}
        words={(ms) => `${formatDuration(ms)} and older`}
      />
      <Choice
        name="min_deliveries"
        label="Delivered at least"
        any="Any deliveries"
        value={minDeliveries}
        choices={DELIVERY_CHOICES}
        words={(times) => `${times} deliveries and more`}
      />
      <Button type="submit" size="sm">
        Show
      </Button>
      {isPendingFiltered(query) && (
        <ButtonLink
          size="sm"
          variant="quiet"
          href={groupPageHref(stream, group)}
          prefetch={false}
          scroll={false}
        >
          All
        </ButtonLink>
      )}
    </form>
  );
}

interface ChoiceProps {
  name: string;
  label: string;
  any: string;
  /** 0 for any. */
  value: number;
  choices: readonly number[];
  words: (value: number) => string;
}

/** One of a few; a value that came by the address stands among them. */
function Choice({ name, label, any, value, choices, words }: ChoiceProps) {
  const all = [...new Set([...choices, ...(value > 0 ? [value] : [])])].sort((a, b) => a - b);
  return (
    <Select
      name={name}
      aria-label={label}
      defaultValue={value === 0 ? '' : String(value)}
      className="w-auto! text-12!"
    >
      <option value="">{any}</option>
      {all.map((choice) => (
        <option key={choice} value={choice}>
          {words(choice)}
        </option>
      ))}
    </Select>
  );
}
