/** The ruler: a stream with a cursor on it. */
export function ProductMark({ className }: { className?: string }) {
  return (
    <svg viewBox="0 0 24 24" aria-hidden className={className} fill="none">
      <rect x="1" y="1" width="22" height="22" rx="6" className="fill-accent" />
      <g className="stroke-on-accent" strokeWidth="1.75" strokeLinecap="round">
        <path d="M5 14.5h14M5 11v7M19 11v7" />
      </g>
      <circle cx="14.5" cy="14.5" r="2.6" className="fill-on-accent" />
      <path d="M14.5 6v3.5" className="stroke-on-accent" strokeWidth="1.75" strokeLinecap="round" />
    </svg>
  );
}
