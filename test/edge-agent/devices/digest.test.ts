import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { authorization, bestChallenge, digestResponse, readAuth } from '../../../edge-agent/devices/digest.ts'

const mufasa = { user: 'Mufasa', password: 'Circle Of Life' }

describe('a digest', () => {
  it('is the one printed in RFC 2617 section 3.5', () => {
    const words = {
      algorithm: 'MD5',
      realm: 'testrealm@host.com',
      nonce: 'dcd98b7102dd2f0e8b11d0f600bfb0c093',
      method: 'GET',
      uri: '/dir/index.html',
      qop: 'auth',
      nc: '00000001',
      cnonce: '0a4f113b',
    } as const
    expect(digestResponse(words, mufasa)).toBe('6629fae49393a05397450978507c4ef1')
    expect(digestResponse({ ...words, qop: null }, mufasa)).toBe('670fd8c2df070c60b045671b8b24ff02')
  })

  it.each([
    ['MD5', '8ca523f5e9506fed4657c9700eebdbec'],
    ['SHA-256', '753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1'],
  ] as const)('is the one printed in RFC 7616 section 3.9.1 with %s', (algorithm, response) => {
    const words = {
      algorithm,
      realm: 'http-auth@example.org',
      nonce: '7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v',
      method: 'GET',
      uri: '/dir/index.html',
      qop: 'auth',
      nc: '00000001',
      cnonce: 'f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ',
    } as const
    expect(digestResponse(words, { user: 'Mufasa', password: 'Circle of Life' })).toBe(response)
  })
})

describe('a challenge', () => {
  it('is the strongest of several, in one header line or in two', () => {
    const md5 = 'Digest realm="a, b", qop="auth,auth-int", algorithm=MD5, nonce="n1", opaque="o"'
    const sha = 'Digest realm="a", qop="auth", algorithm=SHA-256, nonce="n2", stale=TRUE'
    for (const headers of [[md5, sha, 'Basic realm="x"'], [`Basic realm="x", ${md5}, ${sha}`]])
      expect(bestChallenge(headers)).toMatchObject({ algorithm: 'SHA-256', nonce: 'n2', stale: true })
    expect(bestChallenge([md5])).toMatchObject({ scheme: 'digest', realm: 'a, b', qop: 'auth', opaque: 'o', stale: false })
  })

  it('may be Basic, and is none where we cannot answer it', () => {
    expect(bestChallenge(['Basic realm="x"'])).toMatchObject({ scheme: 'basic' })
    expect(
      bestChallenge(['Digest realm="x", nonce="n", algorithm=SHA-512-256', 'Negotiate abc==', 'Digest nonce="n", qop="auth-int"']),
    ).toBe(null)
    expect(bestChallenge([])).toBe(null)
  })

  it('without qop gets the old form, without client nonce and count', () => {
    const challenge = bestChallenge(['Digest realm="x", nonce="n"'])
    if (challenge === null) return expect.unreachable()
    const answer = authorization(challenge, mufasa, { method: 'GET', uri: '/', cnonce: 'c', count: 1 })
    expect(answer).not.toMatch(/nc=|cnonce|qop|algorithm/)
  })

  it('is read whatever stands there', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 300 }), (text) => {
        expect(Array.isArray(readAuth(text))).toBe(true)
        bestChallenge([text, `Digest ${text}`])
      }),
    )
  })

  it('is read back from our own answer, quotes and all', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), (realm, user) => {
        const challenge = { scheme: 'digest', realm, nonce: 'n', opaque: null, algorithm: 'MD5', qop: 'auth', stale: false } as const
        const [words] = readAuth(authorization(challenge, { user, password: 'p' }, { method: 'GET', uri: '/', cnonce: 'c', count: 31 }))
        expect(words?.params.get('realm')).toBe(realm)
        expect(words?.params.get('username')).toBe(user)
        expect(words?.params.get('nc')).toBe('0000001f')
      }),
    )
  })
})
