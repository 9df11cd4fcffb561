/** SQLite's primary result code, without what it adds above the lowest byte: https://www.sqlite.org/rescode.html */
const resultCode = (error: unknown) => ((error as { errcode?: number }).errcode ?? 0) & 0xff

/** Somebody else writes (SQLITE_BUSY, SQLITE_LOCKED): ask again. */
export const isBusy = (error: unknown) => [5, 6].includes(resultCode(error))

/** What is there is no database, or no whole one (SQLITE_CORRUPT, SQLITE_NOTADB). */
export const isDamaged = (error: unknown) => [11, 26].includes(resultCode(error))

/** The file was not to be had: busy still, damaged, READONLY, IOERR, FULL, CANTOPEN; or the file system said no. */
export const isAway = (error: unknown) =>
  isBusy(error) ||
  isDamaged(error) ||
  [8, 10, 13, 14].includes(resultCode(error)) ||
  /^E[A-Z]+$/.test((error as NodeJS.ErrnoException).code ?? '')
