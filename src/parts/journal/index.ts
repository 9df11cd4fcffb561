export type { Journal, JournalEntry, JournalEvent, JournalLease, JournalRun } from './journal.ts'
export { memoryJournal } from './memory-journal.ts'
export { type SqliteJournalOptions, sqliteJournal } from './sqlite-journal.ts'
