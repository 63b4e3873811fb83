import type { ReactNode } from 'react';

/** One primitive with its name. */
export function Specimen({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div className="mb-5">
      <h2 className="mb-2 text-12 font-medium text-quiet">{name}</h2>
      <div className="flex flex-wrap items-center gap-3">{children}</div>
    </div>
  );
}
