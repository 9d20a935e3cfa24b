using System.Security.Cryptography.X509Certificates;

namespace Mnist.Distributed.Hosting.Identity;

/// <summary>A certificate that an authority has issued.</summary>
/// <param name="Certificate">The certificate, without its key.</param>
/// <param name="Subject">What it says.</param>
/// <param name="IsRevoked">Whether it has been revoked.</param>
public sealed record IssuedCertificate(X509Certificate2 Certificate, CertificateSubject Subject, bool IsRevoked);
