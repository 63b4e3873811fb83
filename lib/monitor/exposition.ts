/**
 * Prometheus text exposition, version 0.0.4.
 * Source: https://prometheus.io/docs/instrumenting/exposition_formats/
 */

export type MetricType = 'counter' | 'gauge' | 'summary';

/** What is fixed of a metric: its samples come with every scrape. */
export interface MetricDefinition {
  name: string;
  type: MetricType;
  help: string;
  /** Names of its labels, in the order they are written. */
  labels: readonly string[];
}

/** One value. `suffix` is for a summary, whose sum and count have no label. */
export interface Sample {
  /** Values of the metric's labels, in their order. */
  labels: readonly string[];
  value: number;
  suffix?: '_sum' | '_count';
}

/** One family: HELP, TYPE and its samples in one run, or nothing where it has none. */
export function renderFamily(metric: MetricDefinition, samples: readonly Sample[]): string {
  if (samples.length === 0) return '';
  const lines = samples.map(
    ({ labels, value, suffix = '' }) =>
      `${metric.name}${suffix}${renderLabels(metric.labels, labels)} ${renderValue(value)}\n`,
  );
  const { name, type, help } = metric;
  return `# HELP ${name} ${escapeHelp(help)}\n# TYPE ${name} ${type}\n${lines.join('')}`;
}

function renderLabels(names: readonly string[], values: readonly string[]): string {
  const pairs = values.map((value, at) => `${names[at]}="${escapeLabel(value)}"`);
  return pairs.length === 0 ? '' : `{${pairs.join(',')}}`;
}

function renderValue(value: number): string {
  if (Number.isNaN(value)) return 'NaN';
  if (value === Number.POSITIVE_INFINITY) return '+Inf';
  return value === Number.NEGATIVE_INFINITY ? '-Inf' : String(value);
}

/** Any other character may stand as it is. */
function escapeLabel(text: string): string {
  return escapeHelp(text).replaceAll('"', '\\"');
}

function escapeHelp(text: string): string {
  return text.replaceAll('\\', '\\\\').replaceAll('\n', '\\n');
}
