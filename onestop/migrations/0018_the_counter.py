
import django.db.models.deletion
import onestop.kinds
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('identity', '0007_organisation'),
        ('onestop', '0017_cases_pass_to_successors'),
        ('procedures', '0017_national_newcomers'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='PresentedPaper',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.CharField(max_length=60)),
                ('how', models.CharField(choices=[(onestop.kinds.Presented['ORIGINAL'], onestop.kinds.Presented['ORIGINAL']), (onestop.kinds.Presented['CERTIFIED'], onestop.kinds.Presented['CERTIFIED']), (onestop.kinds.Presented['COPY'], onestop.kinds.Presented['COPY']), (onestop.kinds.Presented['SHOWN'], onestop.kinds.Presented['SHOWN']), (onestop.kinds.Presented['LOOKED_UP'], onestop.kinds.Presented['LOOKED_UP']), (onestop.kinds.Presented['ELECTRONIC'], onestop.kinds.Presented['ELECTRONIC']), (onestop.kinds.Presented['NOT_NEEDED'], onestop.kinds.Presented['NOT_NEEDED'])], max_length=12)),
                ('at', models.DateTimeField()),
            ],
        ),
        migrations.AddIndex(
            model_name='case',
            index=models.Index(condition=models.Q(('channel', 'COUNTER'), ('state__in', ['DRAFT', 'AWAITING_PAYMENT'])), fields=['receiving_centre', '-changed_at'], name='case_begun_at_counter'),
        ),
        migrations.AddField(
            model_name='presentedpaper',
            name='by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='presentedpaper',
            name='case',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='presented', to='onestop.case'),
        ),
        migrations.AddConstraint(
            model_name='presentedpaper',
            constraint=models.UniqueConstraint(fields=('case', 'code'), name='presented_paper_once'),
        ),
    ]
