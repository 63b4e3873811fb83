'use client';

import { createContext, use } from 'react';

/** The stream that `POST /api/tasks` writes to, by the configuration. */
const TaskStream = createContext('');

export const TaskStreamProvider = TaskStream.Provider;

export const useTaskStream = () => use(TaskStream);
