// Stands in for the SDK's UUIDs, which load the whole of Web Crypto for one random number.
import { randomUUID } from 'node:crypto';

export const bindV4 = () => randomUUID;
