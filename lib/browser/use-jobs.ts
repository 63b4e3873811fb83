import { type JobPage, type JobQuery, jobApiHref } from '@/lib/model/job-page';
import { type JobsPage, type JobsQuery, jobsApiHref } from '@/lib/model/jobs-page';
import { useAnswer } from './use-answer';

const EVERY_MS = 2_000;

/** A page of jobs, kept up to date. */
export function useJobs(query: Partial<JobsQuery>, first: JobsPage | null) {
  return useAnswer(jobsApiHref(query), first, EVERY_MS);
}

/** One job with its events, kept up to date. */
export function useJob(jobId: string, query: Partial<JobQuery>, first: JobPage | null) {
  return useAnswer(jobApiHref(jobId, query), first, EVERY_MS);
}

/** What is known of one job in short, kept up to date; null for who wants none. */
export function useJobSummary(jobId: string | null) {
  const url = jobId === null ? null : jobsApiHref({ jobId, limit: 1 });
  const { answer, error } = useAnswer<JobsPage>(url, null, EVERY_MS);
  return {
    job: answer?.jobs[0] ?? null,
    asOf: answer?.as_of ?? null,
    isKnown: answer !== null,
    error,
  };
}
