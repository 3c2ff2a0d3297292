import { GobError } from './errors.ts';
import type { GobInput } from './input.ts';
import type { GobOutput } from './output.ts';
import { TypeNumbers } from './type-numbers.ts';
import { gobInt, gobSlice, gobString, gobStruct, type GobValue } from './types.ts';
import type { WireType } from './wire-types.ts';

// A definition is itself a value, of a struct that both sides know: Go's `wireType`, of whose
// fields exactly one is set.
const common = gobStruct('CommonType', { Name: gobString, Id: gobInt });
const field = gobStruct('fieldType', { Name: gobString, Id: gobInt });
const opaque = gobStruct('gobEncoderType', { CommonType: common });
const wireType = gobStruct('wireType', {
  ArrayT: gobStruct('arrayType', { CommonType: common, Elem: gobInt, Len: gobInt }),
  SliceT: gobStruct('sliceType', { CommonType: common, Elem: gobInt }),
  StructT: gobStruct('structType', {
    CommonType: common,
    Field: gobSlice('[]*fieldType', field),
  }),
  MapT: gobStruct('mapType', { CommonType: common, Key: gobInt, Elem: gobInt }),
  GobEncoderT: opaque,
  BinaryMarshalerT: opaque,
  TextMarshalerT: opaque,
});

const own = new TypeNumbers();
const wireTypeNumber = own.numberOf(wireType);

/** Writes the definition of a type that the sender has given this number. */
export function writeDefinition(output: GobOutput, number: number, type: WireType): void {
  const CommonType = { Name: type.name, Id: number };
  wireType.write(output, { ...wireType.zero, ...definitionOf(type, CommonType) });
}

function definitionOf(
  type: WireType,
  CommonType: GobValue<typeof common>,
): Partial<GobValue<typeof wireType>> {
  switch (type.kind) {
    case 'struct': {
      const Field = type.fields.map(({ name, type: Id }) => ({ Name: name, Id }));
      return { StructT: { CommonType, Field } };
    }
    case 'slice':
      return { SliceT: { CommonType, Elem: type.element } };
    case 'array':
      return { ArrayT: { CommonType, Elem: type.element, Len: type.length } };
    case 'map':
      return { MapT: { CommonType, Key: type.key, Elem: type.element } };
    case 'opaque':
      return { GobEncoderT: { CommonType } };
    default:
      return type satisfies never;
  }
}

/** @throws {GobError} when it defines nothing. */
export function readDefinition(input: GobInput): WireType {
  const sent = wireType.read(input, wireTypeNumber, own.types);
  const { ArrayT, SliceT, StructT, MapT } = sent;
  if (StructT.CommonType.Id !== 0) {
    const fields = StructT.Field.map(({ Name, Id }) => ({ name: Name, type: Id }));
    return { kind: 'struct', name: StructT.CommonType.Name, fields };
  }
  if (SliceT.CommonType.Id !== 0) {
    return { kind: 'slice', name: SliceT.CommonType.Name, element: SliceT.Elem };
  }
  if (ArrayT.CommonType.Id !== 0) {
    const { CommonType, Elem, Len } = ArrayT;
    return { kind: 'array', name: CommonType.Name, element: Elem, length: Len };
  }
  if (MapT.CommonType.Id !== 0) {
    return { kind: 'map', name: MapT.CommonType.Name, key: MapT.Key, element: MapT.Elem };
  }
  const bytes = [sent.GobEncoderT, sent.BinaryMarshalerT, sent.TextMarshalerT].find(
    ({ CommonType }) => CommonType.Id !== 0,
  );
  if (bytes === undefined) throw new GobError('a definition defines nothing');
  return { kind: 'opaque', name: bytes.CommonType.Name };
}
