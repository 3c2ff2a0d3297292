import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';

/** A challenge for PostgreSQL's md5 login, and whether an answer to it is right. */
export interface Md5Challenge {
  readonly salt: Buffer;
  isAnswer(answer: string): boolean;
}

/**
 * Challenges a user whose secret is a password or an md5 hash. Nothing for a SCRAM secret, which the
 * stand-in cannot check.
 */
export function md5Challenge(user: string, secret: string): Md5Challenge | undefined {
  if (secret.startsWith('SCRAM-SHA-256$')) {
    return undefined;
  }
  const hash = /^md5[0-9a-f]{32}$/.test(secret) ? secret.slice(3) : md5(secret, user);
  const salt = randomBytes(4);
  const expected = Buffer.from(`md5${md5(hash, salt)}`);
  return {
    salt,
    isAnswer: (answer) => {
      const given = Buffer.from(answer);
      return given.length === expected.length && timingSafeEqual(given, expected);
    },
  };
}

function md5(text: string, more: string | Buffer): string {
  return createHash('md5').update(text).update(more).digest('hex');
}
