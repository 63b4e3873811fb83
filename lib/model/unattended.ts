/** Sent with what a page asks by itself while nobody is at it: no use of the session. */
export const UNATTENDED_HEADER = 'x-unattended';
