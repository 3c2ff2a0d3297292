/** Under which the controller remembers the local file that was taken over last. */
export const takenOverKey = 'charmwright-taken-over';

export async function digestOf(text: string): Promise<string> {
  const { createHash } = await import('node:crypto');
  return createHash('sha256').update(text).digest('hex');
}
