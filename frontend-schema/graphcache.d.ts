import type { KeyingConfig, ResolverConfig } from "@urql/exchange-graphcache";

/** For `cacheExchange({ keys, resolvers })`. */
export declare const keys: KeyingConfig;
/** For `cacheExchange({ keys, resolvers })`. */
export declare const resolvers: ResolverConfig;
