#pragma once
#include <curl/curl.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>

/* curl_easy_setopt and curl_easy_getinfo are variadic, which Swift cannot call; each of these fixes the argument's type. */

typedef size_t (*authz_curl_data)(char *bytes, size_t size, size_t count, void *context);
typedef curl_socket_t (*authz_curl_open_socket)(void *context, curlsocktype purpose, struct curl_sockaddr *address);
typedef int (*authz_curl_progress)(
    void *context, curl_off_t expected, curl_off_t received, curl_off_t to_send, curl_off_t sent);

static inline CURLcode authz_curl_set_long(CURL *handle, CURLoption option, long value) {
    return curl_easy_setopt(handle, option, value);
}

static inline CURLcode authz_curl_set_string(CURL *handle, CURLoption option, const char *value) {
    return curl_easy_setopt(handle, option, value);
}

static inline CURLcode authz_curl_set_list(CURL *handle, CURLoption option, struct curl_slist *value) {
    return curl_easy_setopt(handle, option, value);
}

/* Called with the body, piece by piece. */
static inline CURLcode authz_curl_on_body(CURL *handle, authz_curl_data function, void *context) {
    CURLcode code = curl_easy_setopt(handle, CURLOPT_WRITEFUNCTION, function);
    return code ? code : curl_easy_setopt(handle, CURLOPT_WRITEDATA, context);
}

/* Called with each header line of each response, those of redirects included. */
static inline CURLcode authz_curl_on_header(CURL *handle, authz_curl_data function, void *context) {
    CURLcode code = curl_easy_setopt(handle, CURLOPT_HEADERFUNCTION, function);
    return code ? code : curl_easy_setopt(handle, CURLOPT_HEADERDATA, context);
}

/* Called with the resolved address before each connection; CURL_SOCKET_BAD refuses it. */
static inline CURLcode authz_curl_on_open_socket(CURL *handle, authz_curl_open_socket function, void *context) {
    CURLcode code = curl_easy_setopt(handle, CURLOPT_OPENSOCKETFUNCTION, function);
    return code ? code : curl_easy_setopt(handle, CURLOPT_OPENSOCKETDATA, context);
}

/* Called about once a second, and whenever something has come; an answer other than 0 ends the transfer. */
static inline CURLcode authz_curl_on_progress(CURL *handle, authz_curl_progress function, void *context) {
    CURLcode code = curl_easy_setopt(handle, CURLOPT_XFERINFOFUNCTION, function);
    if (!code) code = curl_easy_setopt(handle, CURLOPT_XFERINFODATA, context);
    return code ? code : curl_easy_setopt(handle, CURLOPT_NOPROGRESS, 0L);
}

static inline CURLcode authz_curl_get_long(CURL *handle, CURLINFO name, long *value) {
    return curl_easy_getinfo(handle, name, value);
}

/* The macro is a cast, which Swift does not import. */
static inline curl_socket_t authz_curl_no_socket(void) {
    return CURL_SOCKET_BAD;
}

/* Copies the bytes of the address, in network order: 4 of IPv4, 16 of IPv6, 0 of anything else. `bytes` has room for 16. */
static inline int authz_curl_address_bytes(const struct curl_sockaddr *address, unsigned char *bytes) {
    if (address->family == AF_INET && address->addrlen >= sizeof(struct sockaddr_in)) {
        memcpy(bytes, &((const struct sockaddr_in *)&address->addr)->sin_addr, 4);
        return 4;
    }
    if (address->family == AF_INET6 && address->addrlen >= sizeof(struct sockaddr_in6)) {
        memcpy(bytes, &((const struct sockaddr_in6 *)&address->addr)->sin6_addr, 16);
        return 16;
    }
    return 0;
}

/* Opens the socket that the library would have opened. */
static inline curl_socket_t authz_curl_open(const struct curl_sockaddr *address) {
    return socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
}
