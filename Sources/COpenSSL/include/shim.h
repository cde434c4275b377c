// The headers of OpenSSL, and what Swift cannot import of them: macros with arguments, and constants that macros define.
#pragma once

// Without the declarations of what is deprecated since OpenSSL 3.0: calling it does not compile.
#define OPENSSL_API_COMPAT 30000
#define OPENSSL_NO_DEPRECATED
#include <openssl/core_names.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/params.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

// Contexts and connections.

static inline int cossl_ctx_set_versions(SSL_CTX *ctx, int min, int max) {
    return SSL_CTX_set_min_proto_version(ctx, min) && SSL_CTX_set_max_proto_version(ctx, max);
}

// No session is ever resumed: not in the peer's memory, not in ours, not in a ticket.
static inline void cossl_ctx_harden(SSL_CTX *ctx) {
    SSL_CTX_set_options(ctx, SSL_OP_NO_TICKET | SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION);
    SSL_CTX_set_session_cache_mode(ctx, SSL_SESS_CACHE_OFF);
    SSL_CTX_set_num_tickets(ctx, 0);
    SSL_CTX_set_mode(
        ctx, SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER | SSL_MODE_RELEASE_BUFFERS
                 | SSL_MODE_NO_AUTO_CHAIN);
}

static inline int cossl_ctx_add0_chain_cert(SSL_CTX *ctx, X509 *x) { return (int)SSL_CTX_add0_chain_cert(ctx, x); }
static inline int cossl_set_sni(SSL *s, const char *name) { return (int)SSL_set_tlsext_host_name(s, name); }
static inline void cossl_set_msg_callback_arg(SSL *s, void *arg) { SSL_set_msg_callback_arg(s, arg); }
static inline void cossl_bio_retry_read(BIO *b) { BIO_set_retry_read(b); }
static inline void cossl_bio_clear_retry(BIO *b) { BIO_clear_retry_flags(b); }

// Stacks.

static inline int cossl_certificates_count(const STACK_OF(X509) *s) { return s ? sk_X509_num(s) : 0; }
static inline X509 *cossl_certificates_at(const STACK_OF(X509) *s, int i) { return sk_X509_value(s, i); }
static inline int cossl_usages_count(const EXTENDED_KEY_USAGE *u) { return sk_ASN1_OBJECT_num(u); }
static inline ASN1_OBJECT *cossl_usages_at(const EXTENDED_KEY_USAGE *u, int i) { return sk_ASN1_OBJECT_value(u, i); }
static inline int cossl_names_count(const GENERAL_NAMES *n) { return sk_GENERAL_NAME_num(n); }

// A name's kind (GEN_DNS, GEN_IPADD, ...); its bytes for those two kinds.
static inline int cossl_names_at(const GENERAL_NAMES *n, int i, const unsigned char **bytes, int *count) {
    const GENERAL_NAME *name = sk_GENERAL_NAME_value(n, i);
    *bytes = 0;
    *count = 0;
    const ASN1_STRING *text = name->type == GEN_DNS ? name->d.dNSName : name->type == GEN_IPADD ? name->d.iPAddress : 0;
    if (text) {
        *bytes = ASN1_STRING_get0_data(text);
        *count = ASN1_STRING_length(text);
    }
    return name->type;
}

// Texts.

// RFC 2253, but letters outside ASCII stay UTF-8.
static inline int cossl_name_print(BIO *out, const X509_NAME *name) {
    return X509_NAME_print_ex(out, name, 0, (XN_FLAG_RFC2253 & ~ASN1_STRFLGS_ESC_MSB) | ASN1_STRFLGS_UTF8_CONVERT);
}

static inline size_t cossl_bio_mem_data(BIO *b, const char **data) {
    char *start = 0;
    long count = BIO_get_mem_data(b, &start);
    *data = start;
    return count < 0 ? 0 : (size_t)count;
}

// Keys, from the numbers in them: OpenSSL's decoders take 0.5 ms to be found and tried, this takes 0.05 ms.

// A number without sign, little-endian as the processor is, or a string of bytes.
struct cossl_bytes {
    unsigned char *start;
    size_t count;
};

// The key, which the caller frees; null when the parameters make none.
static inline EVP_PKEY *cossl_key(const char *kind, OSSL_PARAM *parameters) {
    EVP_PKEY *key = 0;
    EVP_PKEY_CTX *context = EVP_PKEY_CTX_new_from_name(0, kind, 0);
    if (context && EVP_PKEY_fromdata_init(context) == 1) EVP_PKEY_fromdata(context, &key, EVP_PKEY_KEYPAIR, parameters);
    EVP_PKEY_CTX_free(context);
    return key;
}

// The numbers of RSAPrivateKey (RFC 8017, A.1.2) from the modulus to the coefficient.
static inline EVP_PKEY *cossl_rsa_key(const struct cossl_bytes numbers[8]) {
    static const char *const names[8] = {
        OSSL_PKEY_PARAM_RSA_N,         OSSL_PKEY_PARAM_RSA_E,         OSSL_PKEY_PARAM_RSA_D,
        OSSL_PKEY_PARAM_RSA_FACTOR1,   OSSL_PKEY_PARAM_RSA_FACTOR2,   OSSL_PKEY_PARAM_RSA_EXPONENT1,
        OSSL_PKEY_PARAM_RSA_EXPONENT2, OSSL_PKEY_PARAM_RSA_COEFFICIENT1,
    };
    OSSL_PARAM parameters[9];
    for (int i = 0; i < 8; i++)
        parameters[i] = OSSL_PARAM_construct_BN(names[i], numbers[i].start, numbers[i].count);
    parameters[8] = OSSL_PARAM_construct_end();
    return cossl_key("RSA", parameters);
}

// A key on a named curve: the private number, and the public point as it is encoded in certificates.
static inline EVP_PKEY *cossl_ec_key(const char *curve, struct cossl_bytes number, struct cossl_bytes point) {
    OSSL_PARAM parameters[4] = {
        OSSL_PARAM_construct_utf8_string(OSSL_PKEY_PARAM_GROUP_NAME, (char *)curve, 0),
        OSSL_PARAM_construct_BN(OSSL_PKEY_PARAM_PRIV_KEY, number.start, number.count),
        OSSL_PARAM_construct_octet_string(OSSL_PKEY_PARAM_PUB_KEY, point.start, point.count),
        OSSL_PARAM_construct_end(),
    };
    return cossl_key("EC", parameters);
}
