import type { ToolFiles } from '../../simulator/tool-files.ts';

/** The file system of whoever is calling a hook tool; calls are answered one at a time. */
export class CallersFiles implements ToolFiles {
  current: ToolFiles | undefined;

  read(path: string): string {
    if (this.current === undefined) throw new Error(`no hook tool is reading ${path}`);
    return this.current.read(path);
  }

  write(path: string, text: string): void {
    this.current?.write(path, text);
  }
}
