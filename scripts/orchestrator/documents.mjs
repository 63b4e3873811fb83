import { packContent } from './wire.mjs';

/** @typedef {import('./random.mjs').Random} Random */

/**
 * @typedef {object} Document
 * @property {string} sourceUri
 * @property {string} sourceType
 * @property {string} title
 * @property {number} chunks
 */

/** @type {readonly [Omit<Document, 'chunks'>, ...Omit<Document, 'chunks'>[]]} */
const DOCUMENTS = [
  {
    title: 'Incident response plan',
    sourceType: 'pdf',
    sourceUri: 's3://shield-documents/policies/incident-response-plan.pdf',
  },
  {
    title: 'Access control standard',
    sourceType: 'docx',
    sourceUri: 's3://shield-documents/standards/access-control.docx',
  },
  {
    title: 'Vendor risk assessment',
    sourceType: 'pdf',
    sourceUri: 's3://shield-documents/vendors/risk-assessment-q3.pdf',
  },
  {
    title: 'Runbook: key rotation',
    sourceType: 'markdown',
    sourceUri: 'git://runbooks/key-rotation.md',
  },
  {
    title: 'Postmortem: queue backlog',
    sourceType: 'markdown',
    sourceUri: 'git://postmortems/2026-04-queue-backlog.md',
  },
  {
    title: 'Überwachung der Lieferkette',
    sourceType: 'html',
    sourceUri: 'https://wiki.example.com/de/lieferkette',
  },
  {
    title: 'データ保持ポリシー',
    sourceType: 'html',
    sourceUri: 'https://wiki.example.com/ja/data-retention',
  },
  {
    title: 'Support transcripts, week 27',
    sourceType: 'json',
    sourceUri: 's3://shield-documents/support/transcripts-w27.json',
  },
];

/** @type {readonly [string, ...string[]]} */
const SENTENCES = [
  'Every finding is recorded with its severity, its owner and the date by which it is closed.',
  'Keys are rotated every ninety days, and at once when a holder leaves the team.',
  'The on-call engineer acknowledges the page within five minutes and opens a channel.',
  'Access is granted for a purpose and a time, and reviewed each quarter.',
  'Backups are restored into an empty account once a month, and the result is signed.',
  'A vendor that processes personal data states where it is kept and for how long.',
  'Logs hold no secret; what must be correlated is hashed with a key of its own.',
  'The queue was drained by hand after two workers had lost their connection.',
  'Retention is seven years for contracts and ninety days for transcripts.',
  'Entities and their relations are extracted per chunk and merged by name.',
  'An exception needs a second reader, an end date and a line in the register.',
  'Traffic between the zones is allowed by list and denied by default.',
];

/** @type {readonly [string, ...string[]]} */
const QUESTIONS = [
  'Who approves an exception to the access control standard?',
  'How often are signing keys rotated?',
  'Which vendors keep personal data outside the EU?',
  'What caused the queue backlog in April?',
  'What is the retention period for support transcripts?',
  'Wie lange werden Verträge aufbewahrt?',
  'Summarise the incident response plan for a new on-call engineer',
];

/**
 * @param {Random} random
 * @returns {Document}
 */
export function pickDocument(random) {
  return { ...random.pick(DOCUMENTS), chunks: random.integer(4, 24) };
}

/** @param {Random} random */
export function pickQuestion(random) {
  return random.pick(QUESTIONS);
}

/**
 * One chunk's text; now and then packed, as one of the producers does.
 * @param {Document} document
 * @param {number} index
 * @param {Random} random
 * @returns {string | Buffer}
 */
export function chunkContent(document, index, random) {
  const sentences = Array.from({ length: random.integer(3, 8) }, () => random.pick(SENTENCES));
  const text = `${document.title}, part ${index + 1} of ${document.chunks}\n\n${sentences.join(' ')}`;
  return random.chance(0.05) ? packContent(text) : text;
}

/**
 * A chunk nobody can read: a scan that was stored as if it were text.
 * @param {Random} random
 */
export function poisonContent(random) {
  const noise = Array.from({ length: 96 }, () => random.integer(0, 255));
  return Buffer.concat([Buffer.from('%PDF-1.7 '), Buffer.from([0xff, 0xc1, ...noise])]);
}
