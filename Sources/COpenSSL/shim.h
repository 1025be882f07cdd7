#pragma once
#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/ecdsa.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/param_build.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/rsa.h>
#include <openssl/sha.h>

/* The hashes of signatures, without the provider's look-ups and allocations: 0.08 of 0.56 us for the 600 bytes that a token signs.
   OpenSSL 3 has them, and calls them deprecated, for those who would choose a hash at run time. */
#pragma clang diagnostic push
#pragma clang diagnostic ignored "-Wdeprecated-declarations"

/* Writes 32 bytes; 1 on success. */
static inline int authz_sha256(const unsigned char *bytes, size_t count, unsigned char *digest) {
    SHA256_CTX context;
    return SHA256_Init(&context) && SHA256_Update(&context, bytes, count) && SHA256_Final(digest, &context);
}

/* Writes 48 bytes; 1 on success. */
static inline int authz_sha384(const unsigned char *bytes, size_t count, unsigned char *digest) {
    SHA512_CTX context;
    return SHA384_Init(&context) && SHA384_Update(&context, bytes, count) && SHA384_Final(digest, &context);
}

/* Writes 64 bytes; 1 on success. */
static inline int authz_sha512(const unsigned char *bytes, size_t count, unsigned char *digest) {
    SHA512_CTX context;
    return SHA512_Init(&context) && SHA512_Update(&context, bytes, count) && SHA512_Final(digest, &context);
}

#pragma clang diagnostic pop
