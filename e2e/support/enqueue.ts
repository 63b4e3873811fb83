import type { Page } from '@playwright/test';

export interface TaskTexts {
  content: string;
  source_uri: string;
  source_type: string;
  metadata?: string;
}

export const TASK: TaskTexts = {
  content: 'The first chunk.\nIts second line, with ümlauts and 漢字.',
  source_uri: 's3://bucket/a document.pdf',
  source_type: 'pdf',
  metadata: '{"page": 3, "tags": ["a", "b"]}',
};

export function field(page: Page, name: string) {
  return page.getByRole('textbox', { name: new RegExp(`^${name}( · optional)?$`) });
}

export async function fillTask(page: Page, task: TaskTexts = TASK) {
  await field(page, 'content').fill(task.content);
  await field(page, 'source_uri').fill(task.source_uri);
  await page.getByLabel('source_type').fill(task.source_type);
  if (task.metadata !== undefined) await field(page, 'metadata').fill(task.metadata);
}

export function send(page: Page) {
  return page.getByRole('button', { name: 'Enqueue task' }).click();
}
