/** The tab a page is in. */
export interface Tab {
  /** Tells whether the page is shown: now, and whenever that may have changed, until ended. */
  follow: (tell: (isShown: boolean) => void) => () => void;
}

export const browserTab: Tab = {
  follow(tell) {
    const end = new AbortController();
    const { signal } = end;
    const look = () => tell(document.visibilityState === 'visible');
    const leave = () => tell(false);
    document.addEventListener('visibilitychange', look, { signal });
    document.addEventListener('freeze', leave, { signal });
    document.addEventListener('resume', look, { signal });
    window.addEventListener('pagehide', leave, { signal });
    window.addEventListener('pageshow', look, { signal });
    window.addEventListener('online', look, { signal });
    look();
    return () => end.abort();
  },
};
