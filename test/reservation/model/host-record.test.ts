import { expect, test } from 'vitest'
import { type HostRecord, readHosts } from '../../../src/reservation/model/host-record.ts'

const id = 'aws/r1/z1/-/h1'

test('keeps what belongs to a host, and nothing else', () => {
  const given = [{ id, rack: 'k1', owner: 'ann' } as HostRecord, { id, group: 'g' }]
  expect(readHosts('hosts', given)).toEqual([
    { id, rack: 'k1' },
    { id, group: 'g' },
  ])
})

test.each([
  ['h1', 'hosts'],
  [[null], 'hosts[0]'],
  [[{ id }, { id: 'aws/r1/z1' }], 'hosts[1].id'],
  [[{ id: 7 }], 'hosts[0].id'],
  [[{ id, rack: '' }], 'hosts[0].rack'],
  [[{ id, group: 3 }], 'hosts[0].group'],
])('%j names %s', (hosts, field) => {
  const read = () => readHosts('hosts', hosts as HostRecord[])
  expect(read).toThrow(
    expect.objectContaining({ code: 'invalid-option', message: expect.stringContaining(`${field}:`) }),
  )
})
