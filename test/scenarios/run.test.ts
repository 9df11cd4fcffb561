import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, onTestFinished, test } from 'vitest'
import { virtualClock } from '../../src/core/index.ts'
import {
  type DataTable,
  defineSteps,
  loadScenarios,
  StepPending,
  StepSkipped,
  scenarioGate,
} from '../../src/scenarios/index.ts'
import { feature, happening, runOf, suiteOf } from './support/suite-of.ts'

describe('a step', () => {
  test('that never ends is ended by its deadline, and told by its signal; what follows is left out', async () => {
    let told: unknown
    const { first, result } = await runOf(
      feature('it happens', 'all is well'),
      happening(
        ({ signal }) => {
          signal.addEventListener('abort', () => (told = signal.reason))
          return new Promise(() => {})
        },
        { timeoutMs: 20 },
      ),
    )
    expect(first).toMatchObject({ status: 'FAILED', attempts: 1 })
    expect(first.error).toEqual({
      step: 'it happens',
      where: 'a.feature:3',
      message: '"it happens" (a.feature:3) took longer than 20 ms',
    })
    expect([result.success, (told as Error).message]).toEqual([false, first.error!.message])
  })

  test.each([
    ['a text', 'no'],
    ['nothing', undefined],
    ['null', null],
    ['an object without a prototype', Object.create(null)],
    [
      'an error whose message cannot be read',
      Object.defineProperty(new Error('x'), 'message', {
        get: () => {
          throw new Error('y')
        },
      }),
    ],
  ])('that throws %s has failed, whether at once or later', async (_, thrown) => {
    for (const how of [
      () => {
        throw thrown
      },
      () => Promise.reject(thrown),
    ]) {
      const { first } = await runOf(feature('it happens'), happening(how))
      expect(first.status).toBe('FAILED')
      expect(typeof first.error!.message).toBe('string')
    }
  })

  test('that rejects when its time is over, or that leaves a timer behind, harms nobody', async () => {
    const unhandled: unknown[] = []
    const listen = (reason: unknown) => unhandled.push(reason)
    process.on('unhandledRejection', listen)
    onTestFinished(() => void process.off('unhandledRejection', listen))
    let ticks = 0
    const timer: { current?: NodeJS.Timeout } = {}
    const { first, result } = await runOf(
      `${feature('it happens')}  Scenario: next\n    Given all is well\n`,
      happening(
        () => {
          timer.current = setInterval(() => ticks++, 1)
          return sleep(30).then(() => {
            throw new Error('late')
          })
        },
        { timeoutMs: 5 },
      ),
    )
    await expect.poll(() => ticks).toBeGreaterThan(30)
    clearInterval(timer.current)
    expect([first.status, result.scenarios[1]!.status, unhandled]).toEqual(['FAILED', 'PASSED', []])
  })

  test('may be left out or pending, by what it answers or throws, with a reason', async () => {
    const status = async (run: () => unknown) => {
      const { first, result } = await runOf(feature('it happens', 'all is well'), happening(run))
      return [first.status, first.error?.message, result.success]
    }
    expect(await status(() => 'skipped')).toEqual(['SKIPPED', 'skipped', true])
    expect(await status(() => Promise.resolve('pending'))).toEqual(['PENDING', 'pending', false])
    const thrown = (error: Error) => () => {
      throw error
    }
    expect(await status(thrown(new StepSkipped('no such region')))).toEqual(['SKIPPED', 'no such region', true])
    expect(await status(thrown(new StepPending('next week')))).toEqual(['PENDING', 'next week', false])
  })

  test('gets what its expression says, a table or a text behind it, and a world that the attempt shares', async () => {
    const got: unknown[] = []
    const library = defineSteps<{ all?: number }>('sums', ({ given, then, parameterType }) => {
      parameterType({ name: 'colour', regexp: /red|green/, transform: name => ({ name }) })
      given(
        '{int} and {float} of {colour} {word} {string}',
        ({ world }, a, b, colour: { name: string }, word, text) => {
          got.push(a + 1, b * 2, colour, word, text)
          world.all = a
        },
      )
      given('a table:', (_, table: DataTable) => void got.push(table.hashes()))
      given('a text:', (_, text: string) => void got.push(text))
      then(/^the (\d+)th is kept$/, ({ world }, which: number) => void got.push([world.all, which]))
    })
    const { result } = await runOf(
      `Feature: f
  Scenario: s
    Given 4 and 1.5 of red apples "x y"
    And a table:
      | a | b |
      | 1 | 2 |
    And a text:
      """
      hello
      """
    Then the 9th is kept`,
      library,
    )
    expect(result.success).toBe(true)
    expect(got).toEqual([5, 3, { name: 'red' }, 'apples', 'x y', [{ a: '1', b: '2' }], 'hello', [4, 9]])
  })
})

describe('an attempt', () => {
  test('cleans up last come first, after failures too, and tells what it could not', async () => {
    const order: string[] = []
    const { first } = await runOf(
      feature('it happens'),
      defineSteps('one', ({ given, after }) => {
        given('it happens', ({ cleanup }) => {
          for (const name of ['bucket', 'account', 'key']) {
            cleanup(name, () => {
              order.push(name)
              if (name === 'account') throw new Error('not empty')
            })
          }
          throw new Error('no')
        })
        after((_, outcome) => void order.push(`after ${outcome?.status}`))
      }),
    )
    expect(order).toEqual(['after FAILED', 'key', 'account', 'bucket'])
    expect(first).toMatchObject({ status: 'FAILED', leaked: ['account: not empty'] })
  })

  test('whose cleaning up hangs is over by a deadline of its own, and the rest is still tried', async () => {
    let tried = 0
    const { first } = await runOf(
      feature('it happens'),
      happening(({ cleanup }) => {
        cleanup('quick', () => void tried++)
        cleanup('hanging', () => new Promise(() => {}))
      }),
      { cleanupTimeoutMs: 20 },
    )
    expect(first).toMatchObject({ status: 'PASSED' })
    expect([first.leaked, tried]).toEqual([['hanging: cleaning up hanging took longer than 20 ms'], 1])
  })

  test('that is aborted ends its step, runs its hooks and cleans up; no other scenario begins', async () => {
    const aborted = new AbortController()
    const order: string[] = []
    const { result } = await runOf(
      `${feature('it happens')}  Scenario: next\n    Given all is well\n`,
      [
        happening(({ cleanup }) => {
          cleanup('x', signal => void order.push(`cleanup ${signal.aborted}`))
          setImmediate(() => aborted.abort(new Error('enough')))
          return new Promise(() => {})
        }),
        defineSteps('hooks', hooks => {
          hooks.after(({ signal }) => void order.push(`after ${signal.aborted}`))
          hooks.afterAll(() => void order.push('after all'))
        }),
      ],
      { signal: aborted.signal, retry: 3 },
    )
    expect(order).toEqual(['after false', 'cleanup false', 'after all'])
    expect(result.scenarios.map(s => [s.status, s.attempts, s.error?.message])).toEqual([['FAILED', 1, 'enough']])
    expect([result.success, result.errors]).toEqual([false, ['the run was aborted']])
  })

  test('has a world of its own, also when it is the second', async () => {
    const worlds: unknown[] = []
    const { first } = await runOf(
      feature('it happens'),
      happening(({ world }) => {
        worlds.push({ ...world })
        world.seen = true
        if (worlds.length < 3) throw new Error('no')
      }),
      { retry: 5 },
    )
    expect([worlds, first.attempts, first.status]).toEqual([[{}, {}, {}], 3, 'PASSED'])
  })
})

describe('a suite', () => {
  test('goes on without a feature that cannot be read, and says where it is wrong', async () => {
    const suite = await loadScenarios({
      features: [
        { uri: 'bad.feature', text: 'Feature: x\n  Scenario: y\n    Given x\n    nonsense\n' },
        { uri: 'good.feature', text: feature('all is well') },
      ],
      steps: [happening(() => {})],
    })
    expect(suite.errors.map(({ uri, line, column }) => [uri, line, column])).toEqual([['bad.feature', 4, 5]])
    const result = await suite.run()
    expect([result.success, result.scenarios.map(s => s.status)]).toEqual([false, ['PASSED']])
    expect(result.errors[0]).toMatch(/^bad\.feature:4:5 /)
  })

  test('runs what is asked for: by tags, by file and line, in order', async () => {
    const text = `Feature: f\n  @a @slow\n  Scenario: one\n    Given all is well\n  @a\n  Scenario: two\n    Given all is well\n  Scenario: three\n    Given all is well\n`
    const suite = await suiteOf(
      text,
      happening(() => {}),
    )
    const names = async (options: Parameters<typeof suite.run>[0]) =>
      (await suite.run(options)).scenarios.map(s => s.name)
    expect(await names({})).toEqual(['one', 'two', 'three'])
    expect(await names({ tags: '@a and not @slow' })).toEqual(['two'])
    expect(await names({ only: ['a.feature:8'] })).toEqual(['three'])
    expect(await names({ order: 'reverse' })).toEqual(['three', 'two', 'one'])
    expect((await names({ order: 'random' })).toSorted()).toEqual(['one', 'three', 'two'])
    await expect(suite.run({ tags: '@a and and' })).rejects.toMatchObject({ code: 'invalid-option' })
    await expect(suite.run({ order: 'sideways' as never })).rejects.toMatchObject({ code: 'invalid-option' })
    await expect(suite.run({ retry: -1 })).rejects.toThrow(/retry/)
  })

  test('finds what stands in an outline, a rule or a feature by its line, and says what a run would take', async () => {
    const text = [
      'Feature: f',
      '  Scenario: one',
      '    Given all is well',
      '  Rule: r',
      '    Scenario Outline: row <n>',
      '      Given all is well',
      '      Examples:',
      '        | n |',
      '        | 1 |',
      '        | 2 |',
    ].join('\n')
    const suite = await suiteOf(
      text,
      happening(() => {}),
    )
    const names = (line: number) => suite.select({ only: [`a.feature:${line}`] }).map(s => s.name)
    expect([1, 2, 4, 5, 9, 10, 3].map(names)).toEqual([
      ['one', 'row 1', 'row 2'],
      ['one'],
      ['row 1', 'row 2'],
      ['row 1', 'row 2'],
      ['row 1'],
      ['row 2'],
      [],
    ])
    expect(suite.scenarios.map(s => s.rule)).toEqual([undefined, 'r', 'r'])
    expect((await suite.run({ only: ['a.feature:5'] })).scenarios.map(s => s.line)).toEqual([9, 10])
    expect(suite.select({ order: 'reverse' }).map(s => s.name)).toEqual(['row 2', 'row 1', 'one'])
  })

  test('runs several at a time when asked to, and tells their results in order', async () => {
    let now = 0
    let most = 0
    const text = `Feature: f\n${Array.from({ length: 6 }, (_, i) => `  Scenario: ${i}\n    Given it happens\n`).join('')}`
    const { result } = await runOf(
      text,
      happening(async () => {
        most = Math.max(most, ++now)
        await sleep(Math.random() * 5)
        now--
      }),
      { parallel: 3 },
    )
    expect([most, result.scenarios.map(s => s.name)]).toEqual([3, ['0', '1', '2', '3', '4', '5']])
  })

  test('says what is wrong with an option', async () => {
    const code = (error: { code: string; message: string }) => `${error.code}: ${error.message}`
    const load = (options: object) => loadScenarios(options as never).then(() => 'fine', code)
    expect(await load({ features: 5, steps: [] })).toMatch(/^invalid-option: features: /)
    expect(await load({ features: [{ uri: 'x' }], steps: [] })).toMatch(/features\[0\]/)
    expect(await load({ features: [] })).toMatch(/steps: expected a list/)
    expect(await load({ features: [], steps: [5] })).toMatch(/steps\[0\]/)
    const suite = await suiteOf(
      feature('all is well'),
      happening(() => {}),
    )
    const run = (options: object) => suite.run(options as never).then(r => r.errors.join(), code)
    expect(await run({ target: 'prod' })).toMatch(/^invalid-option: target: /)
    expect(await run({ tags: 5 })).toMatch(/^invalid-option: .*tags/)
    expect(await run({ only: 'a.feature' })).toMatch(/^invalid-option: only: /)
    expect(await run({ tags: '@nobody' })).toBe('no scenario was chosen')
    expect((await suite.run({ tags: '@nobody' })).success).toBe(false)
  })

  test('says by name and place what is wrong with a step or a tag', async () => {
    const wrong = (declare: Parameters<typeof defineSteps>[1]) =>
      suiteOf(feature('x'), defineSteps('wrong', declare)).catch(error => `${error.code}: ${error.message}`)
    expect(await wrong(({ given }) => given('a (', () => {}))).toMatch(/^bad-step: step a \( at .*run\.test\.ts:\d+: /)
    expect(await wrong(({ before }) => before(() => {}, { tags: '@a or' }))).toMatch(/^invalid-option: .*tags/)
    expect(() => defineSteps('w', ({ given }) => given('x', 'no' as never))).toThrow(/step x: expected a function/)
    const tagged = await suiteOf(
      `Feature: f\n  @canary(every=soon)\n  Scenario: s\n    Given x\n`,
      happening(() => {}),
    )
    expect(() => tagged.checks()).toThrow(expect.objectContaining({ code: 'bad-tag' }))
  })

  test('tells messages as they come, and stops when nobody wants any more', async () => {
    const ran: number[] = []
    const text = `Feature: f\n${Array.from({ length: 50 }, (_, i) => `  Scenario: ${i}\n    Given it happens\n`).join('')}`
    const suite = await suiteOf(
      text,
      happening(() => sleep(1).then(() => void ran.push(1))),
    )
    for await (const message of suite.envelopes()) if (message.testCaseFinished) break
    expect(ran.length).toBeLessThan(10)
  })

  test('a listener that throws changes nothing', async () => {
    const suite = await suiteOf(
      feature('all is well'),
      happening(() => {}),
    )
    const result = await suite.run({
      onEnvelope() {
        throw new Error('mine')
      },
    })
    expect(result.success).toBe(true)
  })
})

describe('secrets', () => {
  test('are taken out of everything that is told', async () => {
    const secret = 'hunter2-hunter2'
    const { messages, result } = await runOf(
      feature('it happens'),
      happening(async ({ attach, log, cleanup }) => {
        await log(`the key is ${secret}`)
        await attach(Buffer.from(`bytes ${secret} more`), 'text/plain')
        cleanup('x', () => {
          throw new Error(`cannot ${secret}`)
        })
        throw new Error(`denied for ${secret}`)
      }),
      { secrets: [secret] },
    )
    const text = messages
      .map(m => JSON.stringify(m) + Buffer.from(m.attachment?.body ?? '', 'base64').toString('latin1'))
      .join('\n')
    expect(text).not.toContain(secret)
    expect(text).toContain('[redacted]')
    expect(JSON.stringify(result)).not.toContain(secret)
    const undefinedStep = await runOf(feature('the key is sesame-42'), [], { secrets: ['sesame-42'] })
    expect(undefinedStep.messages.find(m => m.suggestion)).toBeDefined()
    expect(JSON.stringify(undefinedStep.messages)).not.toContain('sesame')
    const formed = await runOf(
      feature('it happens'),
      happening(async ({ attach }) => {
        await attach(JSON.stringify({ key: 'pa"ss/word+1' }), 'application/json')
        await attach(`https://x/?key=${encodeURIComponent('pa"ss/word+1')}`, 'text/plain')
        throw { header: 'pa"ss/word+1' }
      }),
      { secrets: ['pa"ss/word+1'] },
    )
    expect(JSON.stringify([formed.messages, formed.result])).not.toMatch(/ss(?:\/|%2F)word/)
    await expect(runOf(feature('x'), [], { secrets: 'abcd' as never })).rejects.toMatchObject({
      code: 'invalid-option',
    })
    await expect(runOf(feature('x'), [], { secrets: ['ab'] })).rejects.toMatchObject({ code: 'invalid-option' })
  })
})

describe('the gate', () => {
  const ask = async (
    text: string,
    run: Parameters<typeof happening>[0] = () => {},
    signal = new AbortController().signal,
  ) => {
    const gate = scenarioGate(await suiteOf(text, happening(run)))
    const { decision, reasons } = await gate.check({ run: 'r', version: '2', phase: 'before', since: 0, signal })
    return [decision, reasons[0]?.code]
  }
  const fails = () => {
    throw new Error('no')
  }

  test('goes when scenarios passed, stops when one failed, and waits for everything else', async () => {
    expect(await ask(feature('all is well'))).toEqual(['go', 'scenarios-passed'])
    expect(await ask(feature('it happens'), fails)).toEqual(['stop', 'scenario-failed'])
    expect(await ask(feature('nobody knows this'))).toEqual(['wait', 'scenario-open'])
    expect(await ask(feature('it happens'), () => 'skipped')).toEqual(['wait', 'no-scenario'])
    expect(await ask('Feature: none\n')).toEqual(['wait', 'run-error'])
    expect(await ask('Feature: f\n  Scenario: s\n    Given x\n    nonsense\n')).toEqual(['wait', 'run-error'])
    const aborted = AbortSignal.abort(new Error('enough'))
    expect(await ask(feature('it happens'), fails, aborted)).toEqual(['wait', 'aborted'])
  })
})

describe('what steps forget', () => {
  test('to await, and what comes too late, harms nobody and is undone', async () => {
    const unhandled: unknown[] = []
    const listen = (reason: unknown) => unhandled.push(reason)
    process.on('unhandledRejection', listen)
    onTestFinished(() => void process.off('unhandledRejection', listen))
    const undone: string[] = []
    const { first } = await runOf(
      feature('it happens'),
      happening(
        async ({ attach, lease, cleanup }) => {
          void attach(5 as never, 'text/plain')
          void lease('bucket')
          await sleep(30)
          cleanup('late bucket', () => void undone.push('late bucket'))
        },
        { timeoutMs: 5 },
      ),
    )
    expect(first.status).toBe('FAILED')
    await expect.poll(() => undone).toEqual(['late bucket'])
    expect(unhandled).toEqual([])
  })

  test('a resource that comes when all is over is given back', async () => {
    const back: string[] = []
    let lend: (() => void) | undefined
    const pool = {
      take: () =>
        new Promise<{ id: string; value: unknown; release(): Promise<void> }>(resolve => {
          lend = () => resolve({ id: '1', value: {}, release: async () => void back.push('released') })
        }),
    }
    const { first } = await runOf(
      feature('it happens'),
      happening(({ lease }) => lease('bucket'), { timeoutMs: 5 }),
      {},
      { pool },
    )
    expect(first.status).toBe('FAILED')
    lend!()
    await expect.poll(() => back).toEqual(['released'])
  })
})

describe('scenarios as checks', () => {
  test('clean up behind their verdict: a hanging one is leaked, told later, and no failure', async () => {
    let runs = 0
    const suite = await suiteOf(
      feature('it happens'),
      happening(({ cleanup }) => {
        runs++
        if (runs === 1) cleanup('slow', () => new Promise(() => {}))
      }),
    )
    const [check] = suite.checks({ only: 'all', cleanupTimeoutMs: 400 })
    const { signal } = new AbortController()
    expect(await check!.run({ signal })).toMatchObject({ ok: true, leaked: 0 })
    await suite.close()
    expect(await check!.run({ signal })).toMatchObject({
      ok: true,
      leaked: 1,
      detail: { leaked: ['slow: cleaning up slow took longer than 400 ms'] },
    })
  })

  test('have names of their own, the nearest tag, and fail without steps', async () => {
    const text = `@canary(every=10m)
Feature: f
  @canary(every=10s)
  Scenario Outline: row
    Given all is well
    Examples:
      | n |
      | 1 |
      | 2 |
`
    const suite = await suiteOf(
      text,
      happening(() => {}),
    )
    expect(suite.checks().map(c => [c.name, c.everyMs])).toEqual([
      ['f: row (line 8)', 10_000],
      ['f: row (line 9)', 10_000],
    ])
    const empty = await suiteOf(
      'Feature: f\n  @canary\n  Scenario: nothing\n',
      happening(() => {}),
    )
    for (const check of empty.checks())
      expect(await check.run({ signal: new AbortController().signal })).toMatchObject({ ok: false, code: 'empty' })
  })

  test('of two targets are prepared each, and a failing preparation tells no secret', async () => {
    const order: string[] = []
    const hooks = defineSteps('hooks', steps => {
      steps.beforeAll(({ target }) => {
        order.push(`before ${target.name}`)
        if (target.name === 'c') throw new Error('login with hunter2hunter2')
      })
      steps.afterAll(({ target }) => void order.push(`after ${target.name}`))
    })
    const suite = await suiteOf(feature('all is well'), [happening(() => {}), hooks])
    const { signal } = new AbortController()
    for (const name of ['a', 'b']) await suite.checks({ only: 'all', target: { name } })[0]!.run({ signal })
    const [broken] = suite.checks({ only: 'all', target: { name: 'c' }, secrets: ['hunter2hunter2'] })
    await expect(broken!.run({ signal })).rejects.toThrow(/login with \[redacted\]/)
    await suite.close()
    expect(order).toEqual(['before a', 'before b', 'before c', 'after a', 'after b'])
  })

  test('are those with a tag, with their interval; each run is a new attempt', async () => {
    let runs = 0
    const order: string[] = []
    const suite = await suiteOf(
      `Feature: store\n  @canary(every=30s,timeout=5s)\n  Scenario: put\n    Given it happens\n  @canary @negative-control\n  Scenario: get\n    Given all is well\n  Scenario: other\n    Given all is well\n`,
      [
        happening(({ cleanup }) => {
          runs++
          if (runs === 2) throw new Error('down')
          if (runs === 3)
            cleanup('bucket', () => {
              throw new Error('stays')
            })
        }),
        defineSteps('all', ({ beforeAll, afterAll }) => {
          beforeAll(() => void order.push('before all'))
          afterAll(() => void order.push('after all'))
        }),
      ],
    )
    const checks = suite.checks({ target: { name: 'eu', place: 'aws/eu-north-1' } })
    expect(checks.map(c => [c.name, c.place, c.everyMs, c.timeoutMs])).toEqual([
      ['eu: store: put', 'aws/eu-north-1', 30_000, 5000],
      ['eu: store: get', 'aws/eu-north-1', undefined, undefined],
    ])
    const { signal } = new AbortController()
    const put = async () => await checks[0]!.run({ signal })
    expect(await put()).toMatchObject({ ok: true, leaked: 0 })
    expect(await put()).toMatchObject({ ok: false, error: 'it happens (a.feature:4): down' })
    expect(await put()).toMatchObject({ ok: true, leaked: 1, detail: { leaked: ['bucket: stays'] } })
    expect((await checks[1]!.run({ signal })).ok).toBe(true)
    await suite.close()
    expect(order).toEqual(['before all', 'after all'])
    expect(checks.map(c => c.expect)).toEqual([undefined, 'fail'])
    expect(suite.checks({ only: 'all' })).toHaveLength(3)
  })

  test('give back what the pool lent them', async () => {
    const lent: string[] = []
    const pool = {
      take: async (kind: string, { lane }: { lane: string }) => ({
        id: '7',
        value: { name: 'bucket-7' },
        release: async () => void lent.push(`${kind} back from ${lane}`),
      }),
    }
    const library = happening(async ({ lease }) => void lent.push((await lease<{ name: string }>('bucket')).name))
    const suite = await suiteOf(feature('it happens'), library, { pool })
    await suite.run()
    await suite.checks({ only: 'all' })[0]!.run({ signal: new AbortController().signal })
    expect(lent).toEqual(['bucket-7', 'bucket back from on-demand', 'bucket-7', 'bucket back from canary'])
    const without = await runOf(feature('it happens'), library)
    expect(without.first.error?.message).toMatch(/no pool/)
  })
})

test('time is the clock that is injected', async () => {
  const clock = virtualClock(1_700_000_000_000)
  const suite = await suiteOf(
    feature('it happens'),
    happening(() => new Promise(() => {})),
    { clock },
  )
  const running = suite.run({ stepTimeoutMs: 60_000 })
  await clock.advance(60_000)
  const result = await running
  expect([result.scenarios[0]!.error?.message, result.durationMs]).toEqual([
    '"it happens" (a.feature:3) took longer than 60000 ms',
    60_000,
  ])
})
