import { CharmwrightError } from '../errors.ts';

/** Text that does not name a secret. */
export class SecretUriError extends CharmwrightError {
  readonly code = 'secret-uri-invalid';
  readonly text: string;

  constructor(text: string) {
    super(
      `cannot read ${JSON.stringify(text)} as the name of a secret: it is not of the form secret:<id>, secret://<model UUID>/<id> or <id>. A label is given as { label }.`,
    );
    this.text = text;
  }
}

const pattern = /^(?:secret:(?:\/\/(?<model>[0-9a-f-]{36})\/)?)?(?<id>[0-9a-z]+)$/;

/** The name of a secret. */
export class SecretUri {
  /** Unique by itself: twenty letters and digits. */
  readonly id: string;
  /** The model that owns the secret, where the URI says so. */
  readonly modelUuid: string | undefined;

  private constructor(id: string, modelUuid: string | undefined) {
    this.id = id;
    this.modelUuid = modelUuid;
  }

  /**
   * Reads the three forms that Juju takes: `secret:<id>`, `secret://<model UUID>/<id>` and the id
   * alone, which `secret-ids` prints.
   *
   * @throws {SecretUriError}
   */
  static parse(text: string | SecretUri): SecretUri {
    if (text instanceof SecretUri) return text;
    const { id, model } = pattern.exec(text)?.groups ?? {};
    if (id === undefined) throw new SecretUriError(text);
    return new SecretUri(id, model);
  }

  /** Whether both name the same secret, in whatever form: an id is unique. */
  equals(other: SecretUri): boolean {
    return this.id === other.id;
  }

  /** The form that tools take. */
  toString(): string {
    return this.modelUuid === undefined
      ? `secret:${this.id}`
      : `secret://${this.modelUuid}/${this.id}`;
  }

  toJSON(): string {
    return this.toString();
  }
}
