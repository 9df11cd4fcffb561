import { fork } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { Pool } from 'undici'
import { hmacSigner } from '../../src/reservation/index.ts'
import { type Figure, figure } from '../figure.ts'

const CLIENTS = 32
const SECONDS = 5

/** Reservations over HTTP, signed, server and load in two processes on one machine. */
export async function measureHttp(tell: (figure: Figure) => void): Promise<void> {
  const secret = randomBytes(32).toString('hex')
  const program = fileURLToPath(new URL('./http-child.ts', import.meta.url))
  const child = fork(program, [secret], { execArgv: ['--disable-warning=ExperimentalWarning'] })
  const [{ url }] = (await once(child, 'message')) as [{ url: string }]
  const pool = new Pool(url, { connections: CLIENTS })
  const signer = hmacSigner({ principal: 'bench', secret })
  const post = async (path: string, value: object): Promise<{ status: number; body: Answer }> => {
    const body = JSON.stringify(value)
    const signed = signer.sign({ method: 'POST', url: `${url}${path}`, body })
    const response = await pool.request({
      path,
      method: 'POST',
      headers: { ...signed, 'content-type': 'application/json' },
      body,
    })
    return { status: response.statusCode, body: (await response.body.json()) as Answer }
  }
  let [decisions, requests] = [0, 0]
  const client = async (n: number, until: number) => {
    for (let i = n; performance.now() < until; i += CLIENTS) {
      const host = `aws/us-east-1/use1-az1/c1/h${i % 1024}`
      const { status, body } = await post('/v1/reservations', { host, activity: 'restart', reason: 'bench' })
      decisions++
      requests++
      if (status !== 201) throw new Error(`${status} ${JSON.stringify(body)}`)
      const { id, token } = body.reservation
      await post(`/v1/reservations/${id}/release`, { token, outcome: 'healthy' })
      requests++
    }
  }
  const run = async (seconds: number) => {
    const start = performance.now()
    decisions = 0
    requests = 0
    await Promise.all(Array.from({ length: CLIENTS }, (_, n) => client(n, start + seconds * 1000)))
    return (performance.now() - start) / 1000
  }
  try {
    await run(2)
    const took = await run(SECONDS)
    const beside = `${Math.round(requests / took)} requests a second: each grant is released again; ${CLIENTS} connections, signed`
    tell(figure('reservation', 'decisions over HTTP', decisions / took, '1/s', beside))
  } finally {
    await pool.close()
    child.disconnect()
  }
}

interface Answer {
  readonly reservation: { readonly id: string; readonly token: number }
}
