import { pebbleContract } from './pebble.contract.ts';
import { supervisor } from './supervisor.ts';

pebbleContract(supervisor());
