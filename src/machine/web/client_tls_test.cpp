// The client against real TLS: before a server stands a proxy that holds a certificate made for the test.
#include <thread>

#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include "base/hash.h"
#include "machine/web/client.h"
#include "machine/web/room_for_tests.h"

namespace web {
namespace {

struct Identity {
  std::shared_ptr<EVP_PKEY> key;
  std::shared_ptr<X509> certificate;
};

void extend(X509* certificate, X509* issuer, int what, const std::string& value) {
  X509V3_CTX context;
  X509V3_set_ctx(&context, issuer, certificate, nullptr, nullptr, 0);
  auto* extension = X509V3_EXT_conf_nid(nullptr, &context, what, value.c_str());
  ASSERT_NE(extension, nullptr) << value;
  X509_add_ext(certificate, extension, -1);
  X509_EXTENSION_free(extension);
}

// `names` as "IP:127.0.0.1,DNS:localhost"; empty for an authority. Without `issuer` it signs itself.
Identity identity(const char* title, const std::string& names, const Identity* issuer, long seconds = 3600) {
  static long serial = 0;
  Identity made{{EVP_EC_gen("P-256"), EVP_PKEY_free}, {X509_new(), X509_free}};
  auto* certificate = made.certificate.get();
  X509_set_version(certificate, 2);
  ASN1_INTEGER_set(X509_get_serialNumber(certificate), ++serial);
  X509_gmtime_adj(X509_getm_notBefore(certificate), -7200);
  X509_gmtime_adj(X509_getm_notAfter(certificate), seconds);
  X509_set_pubkey(certificate, made.key.get());
  X509_NAME_add_entry_by_txt(X509_get_subject_name(certificate), "CN", MBSTRING_ASC,
                             reinterpret_cast<const unsigned char*>(title), -1, -1, 0);
  auto* by = issuer != nullptr ? issuer->certificate.get() : certificate;
  X509_set_issuer_name(certificate, X509_get_subject_name(by));
  extend(certificate, by, NID_basic_constraints, names.empty() ? "critical,CA:TRUE" : "CA:FALSE");
  if (!names.empty()) extend(certificate, by, NID_subject_alt_name, names);
  EXPECT_GT(X509_sign(certificate, (issuer != nullptr ? issuer->key : made.key).get(), EVP_sha256()), 0);
  return made;
}

void write_pem(const std::filesystem::path& file, const Identity& authority) {
  auto* out = BIO_new_file(file.c_str(), "w");
  ASSERT_NE(out, nullptr);
  PEM_write_bio_X509(out, authority.certificate.get());
  BIO_free(out);
}

// Speaks TLS on its port, and what it hears with the server behind it, one connection after the other.
class TlsProxy {
 public:
  TlsProxy(std::uint16_t to, const Identity& own) : to_(to), context_(SSL_CTX_new(TLS_server_method())) {
    SSL_CTX_use_certificate(context_, own.certificate.get());
    SSL_CTX_use_PrivateKey(context_, own.key.get());
    fd_ = ::socket(AF_INET, SOCK_STREAM, 0);
    sockaddr_in here{};
    here.sin_family = AF_INET;
    here.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    EXPECT_EQ(::bind(fd_, reinterpret_cast<sockaddr*>(&here), sizeof here), 0);
    socklen_t size = sizeof here;
    ::getsockname(fd_, reinterpret_cast<sockaddr*>(&here), &size);
    port = ntohs(here.sin_port);
    ::listen(fd_, 8);
    thread_ = std::thread([this] { run(); });
  }
  ~TlsProxy() {
    ::shutdown(fd_, SHUT_RDWR);
    thread_.join();
    ::close(fd_);
    SSL_CTX_free(context_);
  }
  std::string url(const std::string& host = "127.0.0.1") const {
    return "https://" + host + ":" + std::to_string(port);
  }
  std::uint16_t port = 0;

 private:
  void run() {
    while (true) {
      const int client = ::accept(fd_, nullptr, nullptr);
      if (client < 0) return;
      auto* session = SSL_new(context_);
      SSL_set_fd(session, client);
      if (SSL_accept(session) == 1) carry(session, client);
      SSL_free(session);
      ::close(client);
    }
  }
  void carry(SSL* session, int client) {
    Raw server(to_);
    char buffer[16384];
    while (true) {
      pollfd both[2] = {{client, POLLIN, 0}, {server.descriptor(), POLLIN, 0}};
      if (SSL_pending(session) == 0 && ::poll(both, 2, 5000) < 1) return;
      if (SSL_pending(session) > 0 || both[0].revents != 0) {
        const int got = SSL_read(session, buffer, sizeof buffer);
        if (got <= 0) return;
        server.say({buffer, static_cast<std::size_t>(got)});
        continue;
      }
      const auto got = ::recv(server.descriptor(), buffer, sizeof buffer, 0);
      if (got <= 0 || SSL_write(session, buffer, static_cast<int>(got)) <= 0) {
        SSL_shutdown(session);
        return;
      }
    }
  }

  std::uint16_t to_;
  SSL_CTX* context_;
  int fd_ = -1;
  std::thread thread_;
};

class ClientTls : public testing::Test {
 protected:
  void SetUp() override {
    ASSERT_TRUE(base::write_file(folder_.path() / "source", bytes_));
    server_ = start_for_test({route_for_test("GET", "/api/a",
                                             [this](const Request& request) -> base::Result<Response> {
                                               tokens_ += std::string(request.headers.get("Authorization"));
                                               return answer_json(base::json::object{{"a", 1}});
                                             }),
                              route_for_test("GET", "/api/file", [this](const Request&) {
                                return answer_file(folder_.path() / "source",
                                                   {"application/zip", "x.zip", base::sha256_hex(bytes_)});
                              })});
    write_pem(authority_file(), authority_);
  }
  std::string authority_file() const { return (folder_.path() / "authority.pem").string(); }
  Identity made(const std::string& names, long seconds = 3600) const {
    return identity("server", names, &authority_, seconds);
  }
  Client client(const std::string& url, bool trusts = true) const {
    ClientSettings settings;
    settings.token = "secret";
    if (trusts) settings.certificates = authority_file();
    return std::move(*Client::make(url, settings));
  }
  std::string refusal(Client made) {
    const auto answer = made.get("/api/a");
    EXPECT_FALSE(answer);
    if (answer) return "";
    EXPECT_EQ(answer.error().kind, base::ErrorKind::unavailable);
    return answer.error().message;
  }

  base::TemporaryFolder folder_ = std::move(*base::TemporaryFolder::make("web-test"));
  std::string bytes_ = std::string(3'000'000, 'x');
  Identity authority_ = identity("authority", "", nullptr);
  std::string tokens_;
  std::unique_ptr<Server> server_;
};

TEST_F(ClientTls, SpeaksWithWhomItsAuthorityVouchesFor) {
  const TlsProxy proxy(server_->port(), made("IP:127.0.0.1,DNS:localhost"));
  for (const auto* host : {"127.0.0.1", "localhost"}) {
    auto trusting = client(proxy.url(host));
    const auto answer = trusting.get("/api/a");
    ASSERT_TRUE(answer) << host << ": " << answer.error().message;
    EXPECT_EQ(answer->at("a").as_int64(), 1);
    const auto got = trusting.download("/api/file", folder_.path() / "target");
    ASSERT_TRUE(got) << got.error().message;
    EXPECT_TRUE(*base::read_file(folder_.path() / "target") == bytes_);
  }
  EXPECT_EQ(tokens_, "Bearer secretBearer secret");
}

TEST_F(ClientTls, AnAuthorityMayComeFromTheEnvironment) {
  const TlsProxy proxy(server_->port(), made("IP:127.0.0.1"));
  ::setenv("SSL_CERT_FILE", authority_file().c_str(), 1);
  const auto answer = client(proxy.url(), false).get("/api/a");
  ::unsetenv("SSL_CERT_FILE");
  EXPECT_TRUE(answer) << answer.error().message;
}

TEST_F(ClientTls, TellsNobodyElseItsToken) {
  const auto alone = identity("alone", "IP:127.0.0.1", nullptr);
  struct Case {
    const char* what;
    Identity own;
    bool trusts;
    const char *host, *expect;
  };
  const Case cases[] = {
      {"an unknown authority", made("IP:127.0.0.1"), false, "127.0.0.1", "set SSL_CERT_FILE"},
      {"signed by itself", alone, true, "127.0.0.1", "set SSL_CERT_FILE"},
      {"another name", made("DNS:agora.example.org"), true, "localhost",
       "another server's: check the address"},
      {"another address", made("IP:127.0.0.2,DNS:localhost"), true, "127.0.0.1",
       "another server's: check the address"},
      {"out of date", made("IP:127.0.0.1", -60), true, "127.0.0.1", "has expired"},
  };
  for (const auto& c : cases) {
    const TlsProxy proxy(server_->port(), c.own);
    const auto message = refusal(client(proxy.url(c.host), c.trusts));
    EXPECT_NE(message.find(c.expect), std::string::npos) << c.what << ": " << message;
    EXPECT_NE(message.find(std::string("the certificate of ") + c.host), std::string::npos) << message;
  }
  EXPECT_EQ(tokens_, "");
}

TEST_F(ClientTls, AServerWithoutItIsSaidPlainly) {
  const auto begin = std::chrono::steady_clock::now();
  const auto message = refusal(client("https://127.0.0.1:" + std::to_string(server_->port())));
  EXPECT_NE(message.find("does not speak TLS: does its address begin with http://?"), std::string::npos)
      << message;
  EXPECT_LT(std::chrono::steady_clock::now() - begin, milliseconds(3000)) << "it is told at once";
}

TEST_F(ClientTls, AFileWithoutCertificatesIsNamed) {
  const TlsProxy proxy(server_->port(), made("IP:127.0.0.1"));
  ASSERT_TRUE(base::write_file(authority_file(), "nothing"));
  const auto answer = client(proxy.url()).get("/api/a");
  ASSERT_FALSE(answer);
  EXPECT_NE(answer.error().message.find("authority.pem holds no certificates in PEM"), std::string::npos);
}

}  // namespace
}  // namespace web
