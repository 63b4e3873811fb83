'use client';

import { createContext, use } from 'react';
import type { Visitor } from '@/lib/model/visitor';

/** Who looks at the page. The server decides again on each request: this is for showing. */
const VisitorContext = createContext<Visitor>({
  name: null,
  role: 'viewer',
  signsOut: false,
  refusals: {},
});

export const VisitorProvider = VisitorContext.Provider;

export const useVisitor = () => use(VisitorContext);
