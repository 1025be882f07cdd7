/* The least that a gRPC server over nghttp2 can do: epoll, one thread, every call answered with the same nine bytes and no look at its
   message. `authz serve` is measured against it.

   usage: empty_server PORT */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <nghttp2/nghttp2.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

struct connection {
    int socket;
    nghttp2_session *session;
    int wants_to_write;
    size_t start, end;
    uint8_t output[64 << 10];
};

static const uint8_t reply[] = {0, 0, 0, 0, 4, 0x0a, 0, 0x1a, 0};

#define FIELD(name, value)                                                                                              \
    {(uint8_t *)(name), (uint8_t *)(value), sizeof(name) - 1, sizeof(value) - 1,                                        \
     NGHTTP2_NV_FLAG_NO_COPY_NAME | NGHTTP2_NV_FLAG_NO_COPY_VALUE}

static const nghttp2_nv head[] = {FIELD(":status", "200"), FIELD("content-type", "application/grpc")};
static const nghttp2_nv trailer[] = {FIELD("grpc-status", "0")};

static ssize_t read_reply(nghttp2_session *session, int32_t stream, uint8_t *buffer, size_t capacity, uint32_t *flags,
                          nghttp2_data_source *source, void *context) {
    (void)capacity, (void)source, (void)context;
    memcpy(buffer, reply, sizeof(reply));
    *flags |= NGHTTP2_DATA_FLAG_EOF | NGHTTP2_DATA_FLAG_NO_END_STREAM;
    nghttp2_submit_trailer(session, stream, trailer, 1);
    return sizeof(reply);
}

static int on_frame(nghttp2_session *session, const nghttp2_frame *frame, void *context) {
    (void)context;
    if (frame->hd.type != NGHTTP2_DATA && frame->hd.type != NGHTTP2_HEADERS) return 0;
    if (!(frame->hd.flags & NGHTTP2_FLAG_END_STREAM)) return 0;
    nghttp2_data_provider provider = {.read_callback = read_reply};
    nghttp2_submit_response(session, frame->hd.stream_id, head, 2, &provider);
    return 0;
}

static void close_connection(int poll, struct connection *connection) {
    epoll_ctl(poll, EPOLL_CTL_DEL, connection->socket, NULL);
    close(connection->socket);
    nghttp2_session_del(connection->session);
    free(connection);
}

/* Sends what there is; 0 where the connection is over. */
static int flush(int poll, struct connection *connection) {
    for (;;) {
        while (connection->start < connection->end) {
            ssize_t sent = send(connection->socket, connection->output + connection->start,
                                connection->end - connection->start, MSG_NOSIGNAL);
            if (sent < 0 && errno == EAGAIN) {
                struct epoll_event event = {.events = EPOLLIN | EPOLLOUT, .data.ptr = connection};
                if (!connection->wants_to_write) epoll_ctl(poll, EPOLL_CTL_MOD, connection->socket, &event);
                connection->wants_to_write = 1;
                return 1;
            }
            if (sent <= 0) return 0;
            connection->start += (size_t)sent;
        }
        connection->start = connection->end = 0;
        while (connection->end < sizeof(connection->output) - (32 << 10)) {
            const uint8_t *bytes;
            ssize_t count = nghttp2_session_mem_send(connection->session, &bytes);
            if (count < 0) return 0;
            if (count == 0) break;
            memcpy(connection->output + connection->end, bytes, (size_t)count);
            connection->end += (size_t)count;
        }
        if (connection->end == 0) break;
    }
    if (connection->wants_to_write) {
        struct epoll_event event = {.events = EPOLLIN, .data.ptr = connection};
        epoll_ctl(poll, EPOLL_CTL_MOD, connection->socket, &event);
        connection->wants_to_write = 0;
    }
    return 1;
}

static void accept_connection(int poll, int listener, nghttp2_session_callbacks *callbacks) {
    int socket = accept4(listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
    if (socket < 0) return;
    int one = 1;
    setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one));
    struct connection *connection = calloc(1, sizeof(*connection));
    if (!connection) exit(1);
    connection->socket = socket;
    nghttp2_session_server_new(&connection->session, callbacks, connection);
    nghttp2_settings_entry settings[] = {
        {NGHTTP2_SETTINGS_MAX_CONCURRENT_STREAMS, 512}, {NGHTTP2_SETTINGS_INITIAL_WINDOW_SIZE, 1 << 20}};
    nghttp2_submit_settings(connection->session, 0, settings, 2);
    struct epoll_event event = {.events = EPOLLIN, .data.ptr = connection};
    epoll_ctl(poll, EPOLL_CTL_ADD, socket, &event);
}

int main(int count, char **arguments) {
    int listener = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0), one = 1;
    setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one));
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    address.sin_port = htons((uint16_t)atoi(count > 1 ? arguments[1] : "0"));
    if (bind(listener, (struct sockaddr *)&address, sizeof(address)) || listen(listener, 1024)) {
        perror("listen");
        return 1;
    }
    nghttp2_session_callbacks *callbacks;
    nghttp2_session_callbacks_new(&callbacks);
    nghttp2_session_callbacks_set_on_frame_recv_callback(callbacks, on_frame);
    int poll = epoll_create1(EPOLL_CLOEXEC);
    struct epoll_event event = {.events = EPOLLIN}, events[64];
    epoll_ctl(poll, EPOLL_CTL_ADD, listener, &event);
    static uint8_t input[64 << 10];
    for (;;) {
        int ready = epoll_wait(poll, events, 64, -1);
        for (int index = 0; index < ready; index++) {
            struct connection *connection = events[index].data.ptr;
            if (!connection) {
                accept_connection(poll, listener, callbacks);
                continue;
            }
            int alive = 1;
            if (events[index].events & ~EPOLLOUT) {
                ssize_t got = recv(connection->socket, input, sizeof(input), 0);
                alive = got > 0 ? nghttp2_session_mem_recv(connection->session, input, (size_t)got) == got
                                : got < 0 && errno == EAGAIN;
            }
            if (!alive || !flush(poll, connection)) close_connection(poll, connection);
        }
    }
}
