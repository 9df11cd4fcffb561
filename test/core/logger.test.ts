import { expect, test } from 'vitest'
import { type Logger, safeLogger, silentLogger } from '../../src/core/logger.ts'
import { settle, unhandledDuring } from './support.ts'

const LEVELS = ['debug', 'info', 'warn', 'error'] as const
/** A logger whose `info` returns a promise, as those of users may whatever the type says. */
const infoThat = (info: () => Promise<void>) => ({ info }) as unknown as Partial<Logger>

test.each(LEVELS)('%s reaches the logger with its detail, as a method of it', level => {
  const memory = {
    lines: [] as unknown[][],
    [level](...args: unknown[]) {
      this.lines.push(args)
    },
  }
  const logger = safeLogger(memory as Partial<Logger>)
  logger[level]('bare')
  logger[level]('full', { a: 1 })
  expect(memory.lines).toEqual([['bare'], ['full', { a: 1 }]])
  expect(logger.failures()).toBe(0)
})

test('what a logger throws is swallowed and counted', () => {
  const logger = safeLogger({
    warn() {
      throw new Error('disk full')
    },
    error: 'not a function' as never,
  })
  logger.warn('one')
  logger.warn('two')
  logger.error('three')
  expect(logger.failures()).toBe(3)
})

test('what a logger rejects is swallowed and counted', async () => {
  const logger = safeLogger(infoThat(async () => Promise.reject(new Error('socket closed'))))
  const unhandled = await unhandledDuring(async () => {
    logger.info('one')
    logger.info('two')
  })
  expect(unhandled).toEqual([])
  expect(logger.failures()).toBe(2)
})

test('a logger that takes its time and succeeds is no failure', async () => {
  const logger = safeLogger(infoThat(async () => {}))
  logger.info('one')
  await settle()
  expect(logger.failures()).toBe(0)
})

test('a logger that lacks methods, or none at all, is ignored', () => {
  for (const logger of [safeLogger({}), safeLogger(undefined)]) {
    for (const level of LEVELS) expect(logger[level]('nobody hears')).toBeUndefined()
  }
})

test('the silent logger has every method and cannot be changed', () => {
  for (const level of LEVELS) expect(silentLogger[level]('nobody hears')).toBeUndefined()
  expect(Object.isFrozen(silentLogger)).toBe(true)
})
