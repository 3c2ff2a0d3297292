import type * as z from 'zod/mini';

/** How a foreign value is checked. A schema takes longer to make than to use: made when it is needed. */
export type Schema<T> = () => z.ZodMiniType<T>;
