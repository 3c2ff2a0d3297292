import { pebbleContract } from './pebble.contract.ts';
import { realPebble } from './real-pebble.ts';

pebbleContract(realPebble());
